using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using DnsClient;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// What `doctor --production` asks others, none of which changes anything there: our own callback address, Tripay, DigitalOcean, the mail server, the
/// name servers, whoever takes alarms. What only a person sees is not asked; the doctor says who has looked (<see cref="GoLiveSteps"/>).
/// </summary>
static class ProductionProbes
{
    const int ImplicitTls = 465;
    const int LongestReply = 8 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // One harmless read for each scope that the product reads with (src/DigitalOcean). Figures of a droplet need a droplet, which a new shop has
    // not: alert policies, which the product does not use, are under the same scope.
    static readonly (string Scope, string Path)[] Reads =
    [
        ("account:read", "/v2/account"), ("actions:read", "/v2/actions?per_page=1"), ("billing:read", "/v2/customers/my/balance"),
        ("droplet:read", "/v2/droplets?per_page=1"), ("firewall:read", "/v2/firewalls?per_page=1"), ("image:read", "/v2/images?type=distribution&per_page=1"),
        ("monitoring:read", "/v2/monitoring/alerts?per_page=1"), ("regions:read", "/v2/regions?per_page=1"), ("sizes:read", "/v2/sizes?per_page=1"),
        ("snapshot:read", "/v2/snapshots?per_page=1"), ("ssh_key:read", "/v2/account/keys?per_page=1"), ("tag:read", "/v2/tags?per_page=1"),
    ];

    // One write for each scope that the product writes with, and none that could succeed: an order without anything that an order needs, or one for a
    // thing that cannot be there, since ids begin above 0. Who may not is refused for that (403), who may for what the call lacks.
    static readonly (string Scope, HttpMethod Method, string Path)[] Writes =
    [
        ("droplet:create", HttpMethod.Post, "/v2/droplets"), ("droplet:update", HttpMethod.Post, "/v2/droplets/0/actions"),
        ("droplet:delete", HttpMethod.Delete, "/v2/droplets/0"), ("firewall:create", HttpMethod.Post, "/v2/firewalls"),
        ("firewall:update", HttpMethod.Put, $"/v2/firewalls/{Guid.Empty}"), ("firewall:delete", HttpMethod.Delete, $"/v2/firewalls/{Guid.Empty}"),
        ("snapshot:delete", HttpMethod.Delete, "/v2/snapshots/0"), ("ssh_key:create", HttpMethod.Post, "/v2/account/keys"),
        ("ssh_key:delete", HttpMethod.Delete, "/v2/account/keys/0"), ("tag:create", HttpMethod.Post, "/v2/tags"),
    ];

    // What single kinds of action need beside droplet:update (rebuilding and restoring; taking a snapshot): no call shows it that could not succeed.
    static readonly string[] OfActions = ["droplet:admin", "image:create"];

    /// <summary>Every scope that the product uses; the page asks for these and no more.</summary>
    internal static IReadOnlyCollection<string> Scopes => [.. Reads.Select(read => read.Scope), .. Writes.Select(write => write.Scope), .. OfActions];

    /// <summary>A notice without a signature: whoever refuses it the way our API does stands where Tripay will call.</summary>
    internal static Task<Finding> CallbackAsync(string api) => AskAsync("Callback", "the callback address", async http =>
    {
        if (!Uri.TryCreate(api, UriKind.Absolute, out var root))
            return new(false, "Callback", "API_PUBLIC_URL: no address was given");
        var address = new Uri(root, "/webhooks/tripay");
        using var notice = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(address, notice);
        return answer.StatusCode == HttpStatusCode.OK && await SuccessAsync(answer) == false
            ? new(true, "Callback", $"{address} reaches the API, which refuses what is not signed")
            : new(false, "Callback", $"{address} answers {(int)answer.StatusCode}, and not as our API answers an unsigned notice: does the proxy pass it on?");
    });

    /// <summary>
    /// The door of the consoles, knocked at as a browser does and without a ticket: only our API asks for one, only where the proxy passes WebSockets, and
    /// only from the panel that it was told of.
    /// </summary>
    internal static Task<Finding> WebSocketsAsync(string api, string panel) => AskAsync("WebSockets", "the consoles", async http =>
    {
        const string Name = "WebSockets";
        if (!Uri.TryCreate(api, UriKind.Absolute, out var root) || !Uri.TryCreate(panel, UriKind.Absolute, out var page))
            return new(false, Name, "API_PUBLIC_URL and WEB_PUBLIC_URL: no address was given");
        // By the older protocol: there the upgrade is headers, which is what proxies drop.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, $"/consoles/{Guid.Empty}/vnc"))
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        request.Headers.Add("Origin", page.GetLeftPart(UriPartial.Authority));
        using var answer = await http.SendAsync(request);
        return await TextAsync(answer, "code") switch
        {
            "invalid_ticket" => new(true, Name, $"{root} passes them on to the API, which opens consoles to {page} alone"),
            "upgrade_required" => new(false, Name, $"the proxy at {root} does not pass them on: no console opens"),
            "wrong_origin" => new(false, Name, $"the API was told of another panel than {page}: no console opens there"),
            _ => new(false, Name, $"{root} answers {(int)answer.StatusCode}, and not as our API answers who has no ticket"),
        };
    });

    /// <summary>
    /// The line by which the panel's pages live, opened as a browser does. Where a proxy drops it the pages still come, by asking again and again: nobody
    /// sees that from a page that loads.
    /// </summary>
    internal static async Task<Finding> PanelLineAsync(string panel)
    {
        const string Name = "Panel line";
        if (!Uri.TryCreate(panel, UriKind.Absolute, out var root))
            return new(false, Name, "WEB_PUBLIC_URL: no address was given");
        using var limit = new CancellationTokenSource(Patience);
        using var line = new ClientWebSocket();
        line.Options.CollectHttpResponseDetails = true;
        line.Options.SetRequestHeader("Origin", root.GetLeftPart(UriPartial.Authority));
        var address = new UriBuilder(root) { Scheme = root.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs, Path = "/_blazor" };
        try
        {
            await line.ConnectAsync(address.Uri, limit.Token);
            return new(true, Name, $"{root} passes WebSockets on to the panel");
        }
        catch (WebSocketException) when (line.HttpStatusCode != 0)
        {
            return new(false, Name, $"{address.Uri} answers {(int)line.HttpStatusCode} and opens no WebSocket: does the proxy pass them on there, too?");
        }
        catch (Exception away) when (away is WebSocketException or OperationCanceledException)
        {
            return new(false, Name, $"the panel cannot be reached from here: {away.Message}");
        }
    }

    /// <summary>The merchant's payment channels: Tripay takes the key, and calls from this address.</summary>
    internal static Task<Finding> MerchantAsync(string key, Uri tripay) => AskAsync("Tripay key", "Tripay", async http =>
    {
        if (key.Length == 0)
            return new(false, "Tripay key", "no key was given");
        using var request = Bearing(key, new Uri(tripay, "merchant/payment-channel"));
        using var answer = await http.SendAsync(request);
        if (answer.IsSuccessStatusCode && await SuccessAsync(answer) == true)
            return new(true, "Tripay key", "Tripay takes the key, and calls from the address that the doctor runs at");
        return new(false, "Tripay key", $"Tripay answers {(int)answer.StatusCode}: {await MessageAsync(answer) ?? "no reason given"}; run the doctor at the address in the IP whitelist");
    });

    /// <summary>One read for each scope to read, and one write that cannot succeed for each to write.</summary>
    internal static Task<Finding> ScopesAsync(string token, Uri digitalOcean) => AskAsync("DO token", "DigitalOcean", async http =>
    {
        const string Name = "DO token";
        if (token.Length == 0)
            return new(false, Name, "no token was given");
        var (missing, named) = (new List<string>(), Array.Empty<string>());
        foreach (var (scope, path) in Reads)
        {
            using var request = Bearing(token, new Uri(digitalOcean, path));
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Forbidden)
                missing.Add(scope);
            else if (!answer.IsSuccessStatusCode)
                return new(false, Name, $"DigitalOcean answers {(int)answer.StatusCode} to a read with {scope}");
            if (scope == "account:read")
                named = NamedScopes(answer);
        }

        foreach (var (scope, method, path) in Writes)
        {
            using var request = Bearing(token, new Uri(digitalOcean, path));
            request.Method = method;
            if (method != HttpMethod.Delete)
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Forbidden)
                missing.Add(scope);
            else if (answer.IsSuccessStatusCode)
                return new(false, Name, $"DigitalOcean took {method} {path}, which asks for nothing: look at the account, and tell the makers of this doctor");
            else if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
                return new(false, Name, $"DigitalOcean answers {(int)answer.StatusCode} to a write with {scope} that cannot succeed");
        }

        // Where the provider names none, the first rebuild and the first snapshot show them.
        if (named.Length > 0)
            missing.AddRange(OfActions.Except(named));
        return missing.Count > 0 ? new(false, Name, $"it lacks {string.Join(", ", missing)} (docs/GO-LIVE.md, step 5)")
            : named.Length > 0 ? new(true, Name, "DigitalOcean takes it, and it may read and write what we do")
            : new(true, Name, $"DigitalOcean takes it, and it may read and write what we do; whether {string.Join(" and ", OfActions)} are among its scopes was not said");
    });

    // Comma-separated, where the provider says them. A token with full access has names without a resource.
    static string[] NamedScopes(HttpResponseMessage answer) => answer.Headers.TryGetValues("x-oauth-scopes", out var lines)
        && string.Join(',', lines).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is var scopes
        && scopes.Any(scope => scope.StartsWith("droplet:", StringComparison.Ordinal))
            ? scopes
            : [];

    /// <summary>The greeting, TLS the way the silo asks for it (from the first byte on port 465, by STARTTLS elsewhere), and the login where there is one.</summary>
    /// <param name="host">The server.</param>
    /// <param name="port">Its port.</param>
    /// <param name="trust">Judges its certificate; null for the machine's own judgement.</param>
    /// <param name="user">Who logs in; empty for nobody.</param>
    /// <param name="password">With which password; it leaves encrypted only.</param>
    internal static async Task<Finding> MailServerAsync(string host, int port, RemoteCertificateValidationCallback? trust = null, string user = "", string password = "")
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, port, limit.Token);
            var plain = socket.GetStream();
            await using var secure = new SslStream(plain, leaveInnerStreamOpen: true, trust);
            if (port == ImplicitTls)
            {
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, limit.Token);
                var greeting = await ReplyAsync(secure, limit.Token);
                return greeting.StartsWith("220", StringComparison.Ordinal)
                    ? await LoginAsync(secure, $"{host}:{port} greets, encrypted", user, password, limit.Token)
                    : new(false, "Mail server", $"{host}:{port} greets with '{greeting.Trim()}'");
            }

            foreach (var (command, expected) in new[] { ("", "220"), ("EHLO doctor.invalid", "250"), ("STARTTLS", "220") })
            {
                if (command.Length > 0)
                    await plain.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), limit.Token);
                var reply = await ReplyAsync(plain, limit.Token);
                if (!reply.StartsWith(expected, StringComparison.Ordinal))
                    return new(false, "Mail server", $"{host}:{port} answers '{reply.Trim()}' to {(command.Length == 0 ? "a connection" : command)}: mails leave encrypted, or not at all");
            }

            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, limit.Token);
            return await LoginAsync(secure, $"{host}:{port} greets, encrypts on STARTTLS", user, password, limit.Token);
        }
        catch (AuthenticationException refused)
        {
            return new(false, "Mail server", $"{host}:{port} has no certificate that this machine believes: {refused.Message}");
        }
        catch (Exception away) when (away is SocketException or IOException or OperationCanceledException)
        {
            return new(false, "Mail server", $"{host}:{port} cannot be reached from here: {away.Message}");
        }
    }

    // By PLAIN, or by LOGIN where that is all there is. The silo knows more ways: a server that offers only those is not said to refuse.
    static async Task<Finding> LoginAsync(SslStream secure, string so, string user, string password, CancellationToken cancellation)
    {
        const string Name = "Mail server";
        if (user.Length == 0)
            return new(true, Name, $"{so}; no login was given");
        var offer = (await SayAsync("EHLO doctor.invalid")).Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.Length > 8 && line[4..].StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?[4..] ?? "";
        var ways = offer.Split(' ');
        string[] lines = ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase) ? [$"AUTH PLAIN {Encoded($"\0{user}\0{password}")}"]
            : ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase) ? ["AUTH LOGIN", Encoded(user), Encoded(password)]
            : [];
        if (lines.Length == 0)
            return new(false, Name, $"{so}, but the login could not be tried: it offers {(offer.Length == 0 ? "none" : offer)}, the doctor knows PLAIN and LOGIN", Known: false);
        var reply = "";
        foreach (var line in lines)
        {
            reply = await SayAsync(line);
            // Asked for more by 334 alone.
            if (!reply.StartsWith("334", StringComparison.Ordinal))
                break;
        }

        return reply.StartsWith("235", StringComparison.Ordinal)
            ? new(true, Name, $"{so}, and takes the login of {user}")
            : new(false, Name, $"{so}, but refuses the login of {user}: '{reply.Trim()}'");

        async Task<string> SayAsync(string line)
        {
            await secure.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellation);
            return await ReplyAsync(secure, cancellation);
        }

        static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Somebody listens where alarms are POSTed, with a certificate that is believed. Nothing is sent: whoever reads alarms would be woken by one.</summary>
    /// <param name="webhook">Its address, or the word for none.</param>
    /// <param name="trust">Judges its certificate; null for the machine's own judgement.</param>
    internal static async Task<Finding> AlarmWebhookAsync(string webhook, RemoteCertificateValidationCallback? trust = null)
    {
        const string Name = "Alarm webhook";
        if (webhook == ProductionSettings.NoWebhook)
            return new(true, Name, "none, as was said");
        if (!Uri.TryCreate(webhook, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
            return new(false, Name, "DESK_ALARM_WEBHOOK_URL: no address was given");
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.IdnHost, address.Port, limit.Token);
            await using var secure = new SslStream(socket.GetStream(), leaveInnerStreamOpen: true, trust);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.IdnHost }, limit.Token);
            return new(true, Name, $"{address.Host}:{address.Port} listens, with a certificate that this machine believes; whether it takes alarms the first one shows");
        }
        catch (AuthenticationException refused)
        {
            return new(false, Name, $"{address.Host}:{address.Port} has no certificate that this machine believes: {refused.Message}");
        }
        catch (Exception away) when (away is SocketException or IOException or OperationCanceledException)
        {
            return new(false, Name, $"{address.Host}:{address.Port} cannot be reached from here: {away.Message}");
        }
    }

    /// <summary>SPF, DKIM and DMARC of the sender's domain; what they must say, <see cref="MailRecords"/> knows.</summary>
    /// <param name="domain">The sender's.</param>
    /// <param name="selector">The mail provider's name for its key, empty where none was given.</param>
    /// <param name="nameServer">Who is asked; null for this machine's name servers.</param>
    /// <param name="patience">How long each try waits; of two.</param>
    internal static async Task<IReadOnlyList<Finding>> MailRecordsAsync(string domain, string selector, IPEndPoint? nameServer = null, TimeSpan? patience = null)
    {
        var wait = patience ?? (Patience / 2);
        var spf = TextsAsync(domain, nameServer, wait);
        var dmarc = TextsAsync(MailRecords.DmarcName(domain), nameServer, wait);
        var dkim = selector.Length == 0 ? null : await TextsAsync(MailRecords.DkimName(selector, domain), nameServer, wait);
        return [MailRecords.Spf(domain, await spf), MailRecords.Dkim(selector, domain, dkim), MailRecords.Dmarc(domain, await dmarc)];
    }

    // A name that does not exist is an answer: there is no record. A name server that fails, refuses or is silent has given none.
    static async Task<TxtAnswer> TextsAsync(string name, IPEndPoint? nameServer, TimeSpan patience)
    {
        try
        {
            var options = nameServer is null ? new LookupClientOptions() : new LookupClientOptions(nameServer);
            (options.Timeout, options.Retries, options.UseCache) = (patience, 1, false);
            var answer = await new LookupClient(options).QueryAsync(name, QueryType.TXT);
            return answer.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? new([.. answer.Answers.TxtRecords().Select(record => record.Text.ToArray())])
                : new([], $"the name server answers {answer.Header.ResponseCode}");
        }
        // The last two: no legal name, and a machine that knows of no name server.
        catch (Exception away) when (away is DnsResponseException or DnsResponseParseException or DnsXidMismatchException or ArgumentException or InvalidOperationException)
        {
            return new([], away.Message);
        }
    }

    static async Task<Finding> AskAsync(string name, string whom, Func<HttpClient, Task<Finding>> ask)
    {
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            // Tripay's front refuses clients without a name.
            http.DefaultRequestHeaders.UserAgent.ParseAdd("Webrana/1.0");
            return await ask(http);
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(false, name, $"{whom} cannot be reached from here: {away.Message}");
        }
    }

    static HttpRequestMessage Bearing(string secret, Uri address) =>
        new(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };

    static async Task<bool?> SuccessAsync(HttpResponseMessage answer) => await MemberAsync(answer, "success") is { ValueKind: JsonValueKind.True or JsonValueKind.False } said ? said.GetBoolean() : null;

    static Task<string?> MessageAsync(HttpResponseMessage answer) => TextAsync(answer, "message");

    static async Task<string?> TextAsync(HttpResponseMessage answer, string name) => await MemberAsync(answer, name) is { ValueKind: JsonValueKind.String } said ? said.GetString() : null;

    // Null for what is no JSON object, such as a proxy's page.
    static async Task<JsonElement?> MemberAsync(HttpResponseMessage answer, string name)
    {
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(name, out var member) ? member.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A reply's last line has a blank after its three digits; what comes before has a dash. Byte by byte: after STARTTLS the next byte is TLS's.
    static async Task<string> ReplyAsync(Stream stream, CancellationToken cancellation)
    {
        var (reply, line, one) = (new StringBuilder(), new StringBuilder(), new byte[1]);
        while (reply.Length < LongestReply && await stream.ReadAsync(one, cancellation) == 1)
        {
            reply.Append((char)one[0]);
            line.Append((char)one[0]);
            if (one[0] != '\n')
                continue;
            if (line.Length < 4 || line[3] != '-')
                break;
            line.Clear();
        }

        return reply.ToString();
    }
}
