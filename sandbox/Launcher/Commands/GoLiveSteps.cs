using System.Globalization;
using Npgsql;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// What only a person sees (docs/GO-LIVE.md): the doctor says who has looked and when, from the line that `ops go-live confirm` wrote into the audit
/// log's chain, and asks again after half a year. It believes them.
/// </summary>
static class GoLiveSteps
{
    /// <summary>As the API writes them (src/Api/Ops/GoLive.cs); a test holds both to the page.</summary>
    internal const string Action = "golive.confirmed";

    internal const string SubjectPrefix = "go-live:";

    const int DaysUntilAskedAgain = 180;

    /// <summary>Each with what whoever confirms it has seen.</summary>
    internal static readonly (string Step, string Seen)[] All =
    [
        ("keys", "the promo key and the key ring's certificate are kept apart from the backups (step 3)"),
        ("team", "the token's team at DigitalOcean is this shop's alone, and its droplet limit was raised (step 5)"),
        ("mail", "a mail of the shop's that arrived says pass for SPF, DKIM and DMARC (step 7)"),
        ("backup", "the last backup lies away from this host, was restored into an empty server, and ops reconcile was sound there (step 8)"),
        ("books", "after the first sale ops reconcile and the trial balance were sound (step 10)"),
        ("prices", "prices, periods and promos are what the shop means to sell (step 10)"),
        ("words", "a lawyer of yours has read the three documents under /legal (step 11)"),
        ("rules", "the limits of new customers and the desk's rules are what the shop means (steps 11 and 12)"),
    ];

    /// <summary>One finding for each.</summary>
    internal static async Task<IReadOnlyList<Finding>> AskAsync(string connection, DateTimeOffset now)
    {
        const string Name = "Seen";
        if (connection.Length == 0)
            return [new(false, Name, "DATABASE_URL: the application's connection string, to look for what people have confirmed")];
        try
        {
            var said = new Dictionary<string, (string By, DateTimeOffset At)>();
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync();
            await using var ask = new NpgsqlCommand(
                "SELECT DISTINCT ON (subject) subject, actor, occurred_at FROM audit_log WHERE action = $1 ORDER BY subject, id DESC", database);
            ask.Parameters.Add(new() { Value = Action });
            await using var row = await ask.ExecuteReaderAsync();
            while (await row.ReadAsync())
                said[row.GetString(0)] = (row.GetString(1), row.GetFieldValue<DateTimeOffset>(2));
            return [.. All.Select(step => Judge(step.Step, step.Seen, said.TryGetValue(SubjectPrefix + step.Step, out var word) ? word : null, now))];
        }
        catch (Exception away) when (away is NpgsqlException or ArgumentException)
        {
            return [new(false, Name, $"the database does not answer: {away.Message}")];
        }
    }

    static Finding Judge(string step, string seen, (string By, DateTimeOffset At)? word, DateTimeOffset now)
    {
        var name = $"Seen: {step}";
        var then = $"see that {seen}, then ops go-live confirm {step} --by NAME";
        if (word is not var (by, at))
            return new(false, name, then);
        var day = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return now - at > TimeSpan.FromDays(DaysUntilAskedAgain)
            ? new(false, name, $"{by} confirmed it on {day}, more than {DaysUntilAskedAgain} days ago: {then}")
            : new(true, name, $"{by} confirmed on {day} that {seen}");
    }
}
