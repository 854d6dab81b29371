using System.Collections;
using System.Globalization;
using System.Net;
using System.Net.Mail;
using Npgsql;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// `doctor --production [--env FILE]`: every step of docs/GO-LIVE.md, from the settings, from outside, from the books, and from what people confirmed that
/// only they see. What cannot be reached from here is said to be so and counts as missing: a shop is not open on a guess.
/// </summary>
static class ProductionDoctor
{
    const int NameServerPort = 53;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // As docker-compose.yml has them.
    static readonly Uri Tripay = new("https://tripay.co.id/api/");
    static readonly Uri DigitalOcean = new("https://api.digitalocean.com/");

    internal static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var settings = args switch
        {
            [] => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
            ["--env", var file] when File.Exists(file) => ProductionSettings.Read(await File.ReadAllLinesAsync(file)),
            _ => throw new LauncherException("./webrana doctor --production [--env FILE]; without a file the settings are this shell's environment"),
        };
        var findings = await FindingsAsync(settings, args is [_, var read] ? read : null, TimeProvider.System.GetUtcNow());
        foreach (var finding in findings)
            await output.WriteLineAsync(finding.ToString());
        return findings.All(finding => finding.Ok) ? 0 : 1;
    }

    /// <summary>Every line, in the order of the steps.</summary>
    /// <param name="settings">The shop's.</param>
    /// <param name="file">Where they were read; null for the shell's environment.</param>
    /// <param name="now">By which certificates end, backups age and words are asked for again.</param>
    internal static async Task<IReadOnlyList<Finding>> FindingsAsync(IReadOnlyDictionary<string, string> settings, string? file, DateTimeOffset now)
    {
        List<Finding> findings = [ProductionSettings.EnvFile(file), .. ProductionSettings.Judge(settings, now)];
        var records = MailRecordsAsync(settings);
        var seen = GoLiveSteps.AskAsync(settings.GetValueOrDefault("DATABASE_URL", ""), now);
        findings.AddRange(await Task.WhenAll(
            ReadyAsync("API answers", settings.GetValueOrDefault("API_PUBLIC_URL", ""), "strict-transport-security"),
            ReadyAsync("Panel answers", settings.GetValueOrDefault("WEB_PUBLIC_URL", ""), "strict-transport-security"),
            ProductionProbes.WebSocketsAsync(settings.GetValueOrDefault("API_PUBLIC_URL", ""), settings.GetValueOrDefault("WEB_PUBLIC_URL", "")),
            ProductionProbes.PanelLineAsync(settings.GetValueOrDefault("WEB_PUBLIC_URL", "")),
            ProductionProbes.CallbackAsync(settings.GetValueOrDefault("API_PUBLIC_URL", "")),
            ProductionProbes.MerchantAsync(settings.GetValueOrDefault("TRIPAY_API_KEY", "").Trim(), Tripay),
            ProductionProbes.ScopesAsync(settings.GetValueOrDefault("DIGITALOCEAN_TOKEN", "").Trim(), DigitalOcean),
            MailServerAsync(settings),
            ProductionProbes.AlarmWebhookAsync(settings.GetValueOrDefault("DESK_ALARM_WEBHOOK_URL", "").Trim()),
            ProductionKeys.SealedAsync(settings.GetValueOrDefault("DATABASE_URL", "")),
            FirstAdminAsync(settings.GetValueOrDefault("DATABASE_URL", "")),
            FirstSaleAsync(settings.GetValueOrDefault("DATABASE_URL", "")),
            ProductionShop.PricesAsync(settings.GetValueOrDefault("DATABASE_URL", "")),
            ProductionShop.WordsAsync(settings.GetValueOrDefault("API_PUBLIC_URL", ""))));
        findings.AddRange(await records);
        findings.AddRange(await seen);
        return [.. findings.OrderBy(finding => GoLiveLines.StepOf(finding.Name))];
    }

    static async Task<Finding> ReadyAsync(string name, string root, string header)
    {
        if (!Uri.TryCreate(root, UriKind.Absolute, out var address))
            return new(false, name, "no address was given");
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            using var answer = await http.GetAsync(new Uri(address, "/health/ready"));
            if (!answer.IsSuccessStatusCode)
                return new(false, name, $"{address} answers {(int)answer.StatusCode}");
            return answer.Headers.Contains(header)
                ? new(true, name, $"{address} is ready, and browsers are told to use https only")
                : new(false, name, $"{address} is ready, but the proxy in front sends no Strict-Transport-Security");
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return new(false, name, $"{address} cannot be reached from here: {away.Message}");
        }
    }

    static Task<Finding> MailServerAsync(IReadOnlyDictionary<string, string> settings)
    {
        var host = settings.GetValueOrDefault("SMTP_HOST", "").Trim();
        var port = settings.GetValueOrDefault("SMTP_PORT", "").Trim();
        return host.Length > 0 && int.TryParse(port.Length == 0 ? "587" : port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ProductionProbes.MailServerAsync(host, number, user: settings.GetValueOrDefault("SMTP_USER", "").Trim(), password: settings.GetValueOrDefault("SMTP_PASSWORD", "").Trim())
            : Task.FromResult(new Finding(false, "Mail server", "no server was given"));
    }

    static async Task<IReadOnlyList<Finding>> MailRecordsAsync(IReadOnlyDictionary<string, string> settings)
    {
        var server = settings.GetValueOrDefault("DOCTOR_NAME_SERVER", "").Trim();
        IPEndPoint? at = null;
        if (server.Length > 0 && !IPEndPoint.TryParse(server, out at))
            return [new(false, "Mail records", "DOCTOR_NAME_SERVER: an address such as 1.1.1.1 or 1.1.1.1:53, or empty for this machine's name servers")];
        if (at is { Port: 0 })
            at.Port = NameServerPort;
        return MailAddress.TryCreate(settings.GetValueOrDefault("SMTP_FROM", ""), out var sender)
            ? await ProductionProbes.MailRecordsAsync(sender.Host, settings.GetValueOrDefault("SMTP_DKIM_SELECTOR", "").Trim(), at)
            : [new(false, "Mail records", "SMTP_FROM: no sender was given, whose domain could be looked up")];
    }

    /// <summary>Somebody can work at the desk, with a password that no shell has printed and a second factor, and the role keeps to its rights.</summary>
    internal static async Task<Finding> FirstAdminAsync(string connection)
    {
        if (connection.Length == 0)
            return new(false, "First admin", "DATABASE_URL: the application's connection string, to look for an admin and at what the role may do");
        try
        {
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync();
            await using var ask = new NpgsqlCommand("""
                SELECT (SELECT count(*) FROM identity.user_roles JOIN identity.roles r ON r.id = role_id WHERE r.normalized_name = 'ADMIN'),
                       (SELECT count(*) FROM identity.user_roles JOIN identity.roles r ON r.id = role_id JOIN identity.users u ON u.id = user_id
                        WHERE r.normalized_name = 'ADMIN' AND NOT u.two_factor_enabled AND NOT EXISTS (SELECT FROM identity.user_passkeys p WHERE p.user_id = u.id)),
                       has_schema_privilege('public', 'CREATE'),
                       -- Any of them: what is deleted or emptied is as rewritten as what was changed.
                       has_table_privilege('wallet_transactions', 'UPDATE, DELETE, TRUNCATE') OR has_table_privilege('audit_log', 'UPDATE, DELETE, TRUNCATE'),
                       (SELECT count(*) FROM identity.user_roles JOIN identity.roles r ON r.id = role_id JOIN identity.users u ON u.id = user_id
                        WHERE r.normalized_name = 'ADMIN' AND u.password_changed_at IS NULL)
                """, database);
            await using var row = await ask.ExecuteReaderAsync();
            await row.ReadAsync();
            var (admins, bare, creates, rewrites, first) = (row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3), row.GetInt64(4));
            return creates || rewrites ? new(false, "First admin", "this role can change tables, ledger rows or the audit log: give the application its own role (deploy/postgres-roles.sh)")
                : admins == 0 ? new(false, "First admin", "./webrana ops create-admin --email YOU --env .env")
                : bare > 0 ? new(false, "First admin", $"{bare} of {admins} admins have neither two-step verification nor a passkey")
                : first > 0 ? new(false, "First admin", $"{first} of {admins} admins have the password still that they began with: it was printed, or is older than the role")
                : new(true, "First admin", $"{admins}, each with a second factor and a password of their own");
        }
        catch (Exception away) when (away is NpgsqlException or ArgumentException)
        {
            return new(false, "First admin", $"the database does not answer: {away.Message}");
        }
    }

    /// <summary>
    /// The real top-up, the call about it that Tripay signed with the key we have, the daily server, its renewal and its deletion, as the books have them;
    /// and every balance is the sum of its rows.
    /// </summary>
    internal static async Task<Finding> FirstSaleAsync(string connection)
    {
        const string Name = "First sale";
        if (connection.Length == 0)
            return new(false, Name, "DATABASE_URL: the application's connection string, to look for what was paid, renewed and deleted");
        try
        {
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync();
            await using var ask = new NpgsqlCommand("""
                SELECT (SELECT count(*) FROM wallet_transactions WHERE contra_account = 'GATEWAY' AND amount > 0),
                       (SELECT count(*) FROM wallet_transactions WHERE reference_type = 'RENEWAL' AND amount < 0),
                       (SELECT count(*) FROM instance_activity WHERE kind = 'Delete' AND status = 'Completed'),
                       (SELECT coalesce(sum(balance), 0) FROM wallets) - (SELECT coalesce(sum(amount), 0) FROM wallet_transactions),
                       -- What is not signed is never kept.
                       (SELECT count(*) FROM payment_inbox WHERE status = 'PAID')
                """, database);
            await using var row = await ask.ExecuteReaderAsync();
            await row.ReadAsync();
            (long Count, string What)[] steps =
            [
                (row.GetInt64(0), "a top-up that was paid"), (row.GetInt64(4), "a call of Tripay's about it"), (row.GetInt64(1), "a renewal"),
                (row.GetInt64(2), "a server that was deleted"),
            ];
            var missing = steps.Where(step => step.Count == 0).Select(step => step.What).ToList();
            return row.GetDecimal(3) != 0 ? new(false, Name, $"the balances differ from their rows by Rp {row.GetDecimal(3)}: open nothing, and run ops reconcile")
                : missing.Count > 0 ? new(false, Name, $"missing is {string.Join(", ", missing)} (docs/GO-LIVE.md, step 10)")
                : new(true, Name, "paid, told of by Tripay, renewed and deleted, and every balance is the sum of its rows");
        }
        catch (Exception away) when (away is NpgsqlException or ArgumentException)
        {
            return new(false, Name, $"the database does not answer: {away.Message}");
        }
    }
}
