using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What <c>doctor --production</c> asks others, against stand-ins on loopback.</summary>
public sealed class ProductionProbesTests
{
    [Theory]
    [InlineData(200, """{"success":false}""", true)]
    [InlineData(200, """{"success":true}""", false)]
    [InlineData(200, "<html>Welcome to nginx</html>", false)]
    [InlineData(404, """{"success":false}""", false)]
    public async Task The_callback_address_is_ours_where_an_unsigned_notice_is_refused_as_we_refuse_it(int status, string body, bool ok)
    {
        var signed = false;
        await using var api = await StandInAsync(app => app.MapPost("/webhooks/tripay", (HttpRequest request) =>
        {
            signed = request.Headers.ContainsKey("X-Callback-Signature");
            return Results.Text(body, "application/json", statusCode: status);
        }));
        var finding = await ProductionProbes.CallbackAsync(api.Urls.Single());
        Assert.True(finding.Ok == ok, finding.ToString());
        Assert.False(signed);
    }

    [Fact]
    public async Task A_callback_address_that_nobody_answers_is_missing()
    {
        Assert.False((await ProductionProbes.CallbackAsync("")).Ok);
        using var closed = new ClosedPort();
        Assert.Contains("cannot be reached", (await ProductionProbes.CallbackAsync($"http://{closed.EndPoint}")).Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "invalid_ticket", true, "passes them on")]
    [InlineData(426, "upgrade_required", false, "does not pass them on")]
    [InlineData(403, "wrong_origin", false, "another panel")]
    [InlineData(404, "not_found", false, "answers 404")]
    public async Task Consoles_open_where_whoever_has_no_ticket_is_asked_for_one(int status, string code, bool ok, string said)
    {
        var (upgrade, origin) = ("", "");
        await using var api = await StandInAsync(app => app.MapGet("/consoles/{id}/{kind}", (HttpRequest request) =>
        {
            (upgrade, origin) = ($"{request.Headers.Connection} {request.Headers.Upgrade} {request.Headers.SecWebSocketVersion}", request.Headers.Origin.ToString());
            return Results.Text($$"""{"code":"{{code}}"}""", "application/problem+json", statusCode: status);
        }));
        var finding = await ProductionProbes.WebSocketsAsync(api.Urls.Single(), "https://panel.example.com/");
        Assert.Equal(("Upgrade websocket 13", "https://panel.example.com"), (upgrade, origin));
        Assert.True(finding.Ok == ok, finding.ToString());
        Assert.Contains(said, finding.Note, StringComparison.Ordinal);
    }

    // 400 is the hub's own answer to what came without its upgrade.
    [Theory]
    [InlineData(true, "passes WebSockets on")]
    [InlineData(false, "/_blazor answers 400")]
    public async Task A_panels_pages_live_where_their_line_opens(bool passed, string said)
    {
        var origin = "";
        await using var panel = await StandInAsync(app =>
        {
            app.UseWebSockets();
            app.MapGet("/_blazor", async (HttpContext http) =>
            {
                origin = http.Request.Headers.Origin.ToString();
                if (!passed)
                {
                    http.Response.StatusCode = StatusCodes.Status400BadRequest;
                    return;
                }

                using var line = await http.WebSockets.AcceptWebSocketAsync();
            });
        });
        var finding = await ProductionProbes.PanelLineAsync(panel.Urls.Single());
        Assert.Equal(panel.Urls.Single(), origin);
        Assert.True(finding.Ok == passed, finding.ToString());
        Assert.Contains(said, finding.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_panel_that_is_away_is_said_to_be()
    {
        using var closed = new ClosedPort();
        Assert.Contains("cannot be reached", (await ProductionProbes.PanelLineAsync($"http://{closed.EndPoint}")).Note, StringComparison.Ordinal);
        Assert.False((await ProductionProbes.PanelLineAsync("")).Ok);
    }

    [Fact]
    public async Task A_merchants_key_is_asked_for_and_a_refused_address_is_said()
    {
        await using var tripay = await StandInAsync(app => app.MapGet("/api/merchant/payment-channel", (HttpRequest request) =>
            request.Headers.Authorization == "Bearer live-key" && request.Headers.UserAgent.Count > 0
                ? Results.Text("""{"success":true,"message":"Success","data":[]}""", "application/json")
                : Results.Text("""{"success":false,"message":"Unauthorized IP (203.0.113.9)."}""", "application/json", statusCode: 403)));
        var address = new Uri(new Uri(tripay.Urls.Single()), "/api/");
        var taken = await ProductionProbes.MerchantAsync("live-key", address);
        Assert.True(taken.Ok, taken.ToString());
        var refused = await ProductionProbes.MerchantAsync("another", address);
        Assert.False(refused.Ok);
        Assert.Contains("Unauthorized IP (203.0.113.9)", refused.Note, StringComparison.Ordinal);
        Assert.False((await ProductionProbes.MerchantAsync("", address)).Ok);
    }

    /// <summary>The stand-in refuses by scope before it looks at anything, as the provider does, and does nothing that it is not asked for by name.</summary>
    [Fact]
    public async Task A_token_is_asked_for_every_scope_that_is_read_or_written_and_the_missing_ones_are_named()
    {
        var asked = new ConcurrentBag<string>();
        await using var cloud = await StandInAsync(app => app.Map("/v2/{**path}", async (HttpRequest request, HttpResponse response, string path) =>
        {
            using var body = new StreamReader(request.Body);
            var call = $"{request.Method} {path}";
            if (request.Method != "GET")
                asked.Add($"{call} {await body.ReadToEndAsync(TestContext.Current.CancellationToken)}".TrimEnd());
            var token = request.Headers.Authorization.ToString();
            if (token == "Bearer named" && path == "account")
                response.Headers["x-oauth-scopes"] = "account:read, droplet:create,droplet:update";
            return token is not ("Bearer whole" or "Bearer half" or "Bearer named") ? Results.StatusCode(401)
                : token == "Bearer half" && call is "GET firewalls" or "GET customers/my/balance" or "POST droplets/0/actions" or "DELETE snapshots/0" ? Results.StatusCode(403)
                : request.Method == "GET" ? Results.Text("{}", "application/json")
                : Results.Text("{}", "application/json", statusCode: path.EndsWith("/0", StringComparison.Ordinal) ? 404 : 422);
        }));
        var address = new Uri(cloud.Urls.Single());
        var whole = await ProductionProbes.ScopesAsync("whole", address);
        Assert.True(whole.Ok, whole.ToString());
        Assert.Contains("whether droplet:admin and image:create are among its scopes was not said", whole.Note, StringComparison.Ordinal);
        // Nothing that could be done: each order is empty, each thing cannot be there.
        var nothing = Guid.Empty;
        Assert.Equal(
            [
                "DELETE account/keys/0", "DELETE droplets/0", $"DELETE firewalls/{nothing}", "DELETE snapshots/0", "POST account/keys {}", "POST droplets {}",
                "POST droplets/0/actions {}", "POST firewalls {}", "POST tags {}", $"PUT firewalls/{nothing} {{}}",
            ],
            asked.Order(StringComparer.Ordinal));

        var half = await ProductionProbes.ScopesAsync("half", address);
        Assert.False(half.Ok);
        Assert.Contains("it lacks billing:read, firewall:read, droplet:update, snapshot:delete (", half.Note, StringComparison.Ordinal);
        var named = await ProductionProbes.ScopesAsync("named", address);
        Assert.False(named.Ok);
        Assert.Contains("it lacks droplet:admin, image:create (", named.Note, StringComparison.Ordinal);
        var none = await ProductionProbes.ScopesAsync("stolen", address);
        Assert.False(none.Ok);
        Assert.Contains("401", none.Note, StringComparison.Ordinal);
    }

    /// <summary>What the page has a shop give away is what is used: a scope that nothing asks for is one too many.</summary>
    [Fact]
    public void The_page_asks_for_the_scopes_that_the_doctor_asks_about()
    {
        var step = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "GO-LIVE.md")).Single(line => line.StartsWith("| 5 |", StringComparison.Ordinal));
        var named = System.Text.RegularExpressions.Regex.Matches(step, "`([a-z_]+:(?:[a-z]+|[*]))`").Select(match => match.Groups[1].Value).ToList();
        var used = ProductionProbes.Scopes;
        Assert.NotEmpty(named);
        Assert.All(named, scope => Assert.Contains(used, one => IsMeant(scope, one)));
        Assert.All(used, one => Assert.Contains(named, scope => IsMeant(scope, one)));

        static bool IsMeant(string scope, string one) => scope.EndsWith(":*", StringComparison.Ordinal) ? one.StartsWith(scope[..^1], StringComparison.Ordinal) : one == scope;
    }

    [Fact]
    public async Task A_provider_that_takes_an_empty_order_ends_the_questions_at_once()
    {
        var writes = 0;
        await using var cloud = await StandInAsync(app => app.Map("/v2/{**path}", (HttpRequest request) =>
        {
            if (request.Method != "GET")
                Interlocked.Increment(ref writes);
            return Results.Text("{}", "application/json", statusCode: request.Method == "GET" ? 200 : 202);
        }));
        var finding = await ProductionProbes.ScopesAsync("whole", new Uri(cloud.Urls.Single()));
        Assert.False(finding.Ok);
        Assert.Contains("took POST /v2/droplets", finding.Note, StringComparison.Ordinal);
        Assert.Equal(1, writes);
    }

    [Theory]
    [InlineData("220 mail", "250 mail", "", "STARTTLS")]
    [InlineData("220 mail", "250-mail\r\n250 SIZE 1000", "502 no", "STARTTLS")]
    [InlineData("554 go away", "", "", "a connection")]
    public async Task A_mail_server_without_encryption_is_missing(string greeting, string offers, string starttls, string said)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server, certificate: null, greeting, offers, starttls);
        var finding = await ProductionProbes.MailServerAsync("127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port);
        await serving;
        Assert.False(finding.Ok);
        Assert.Contains($"to {said}: mails leave encrypted", finding.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_is_there_once_its_certificate_is_believed()
    {
        using var certificate = NewCertificate();
        var hash = certificate.GetCertHashString();
        foreach (var (trust, ok) in new (RemoteCertificateValidationCallback? Trust, bool Ok)[] { (null, false), ((_, shown, _, _) => shown?.GetCertHashString() == hash, true) })
        {
            using var server = new TcpListener(IPAddress.Loopback, 0);
            server.Start();
            var serving = ServeAsync(server, certificate, "220 mail", "250-mail\r\n250 STARTTLS", "220 go");
            var finding = await ProductionProbes.MailServerAsync("127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port, trust);
            await serving;
            Assert.True(finding.Ok == ok, finding.ToString());
        }
    }

    [Fact]
    public async Task Alarms_are_heard_where_somebody_listens_with_a_certificate_that_is_believed()
    {
        using var certificate = NewCertificate();
        var hash = certificate.GetCertHashString();
        foreach (var (trust, ok) in new (RemoteCertificateValidationCallback? Trust, bool Ok)[] { (null, false), ((_, shown, _, _) => shown?.GetCertHashString() == hash, true) })
        {
            using var server = new TcpListener(IPAddress.Loopback, 0);
            server.Start();
            var heard = HearAsync(server, certificate);
            var finding = await ProductionProbes.AlarmWebhookAsync($"https://{server.LocalEndpoint}/in", trust);
            Assert.True(finding.Ok == ok, finding.ToString());
            // No alarm, and no word: a person would be woken by it.
            Assert.Equal(0, await heard);
        }
    }

    [Fact]
    public async Task A_webhook_that_nobody_answers_or_that_was_not_said_is_missing()
    {
        using var closed = new ClosedPort();
        Assert.Contains("cannot be reached", (await ProductionProbes.AlarmWebhookAsync($"https://{closed.EndPoint}")).Note, StringComparison.Ordinal);
        Assert.False((await ProductionProbes.AlarmWebhookAsync("")).Ok);
        Assert.True((await ProductionProbes.AlarmWebhookAsync("none")).Ok);
    }

    [Theory]
    [InlineData("AUTH LOGIN PLAIN", "235 welcome", true, "takes the login of toko")]
    [InlineData("AUTH PLAIN", "535 wrong", false, "refuses the login of toko: '535 wrong'")]
    [InlineData("AUTH LOGIN", "334 VXNlcm5hbWU6|334 UGFzc3dvcmQ6|235 welcome", true, "takes the login of toko")]
    [InlineData("AUTH LOGIN", "504 not today", false, "refuses the login of toko: '504 not today'")]
    [InlineData("AUTH XOAUTH2", "", null, "could not be tried: it offers AUTH XOAUTH2")]
    [InlineData("SIZE 1000", "", null, "could not be tried: it offers none")]
    public async Task A_login_is_tried_once_the_connection_is_encrypted(string offer, string answers, bool? ok, string said)
    {
        using var certificate = NewCertificate();
        var hash = certificate.GetCertHashString();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeEncryptedAsync(server, certificate, [$"250-mail\r\n250 {offer}", .. answers.Split('|', StringSplitOptions.RemoveEmptyEntries)]);
        var finding = await ProductionProbes.MailServerAsync(
            "127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port, (_, shown, _, _) => shown?.GetCertHashString() == hash, "toko", "rahasia");
        var heard = await serving;
        Assert.True(finding.Ok == (ok == true) && finding.Known == ok.HasValue, finding.ToString());
        Assert.Contains(said, finding.Note, StringComparison.Ordinal);
        Assert.DoesNotContain("rahasia", finding.Note, StringComparison.Ordinal);
        string[] login = offer.EndsWith("PLAIN", StringComparison.Ordinal) ? ["AUTH PLAIN AHRva28AcmFoYXNpYQ=="] : ["AUTH LOGIN", "dG9rbw==", "cmFoYXNpYQ=="];
        // One line for each answer: the password goes only to who asks for it.
        Assert.Equal(["EHLO doctor.invalid", .. login.Take(said.Contains("could not", StringComparison.Ordinal) ? 0 : answers.Split('|').Length)], heard);
    }

    /// <summary>How many bytes one client said, inside TLS, until it left.</summary>
    static async Task<long> HearAsync(TcpListener server, X509Certificate2 certificate)
    {
        using var said = new MemoryStream();
        try
        {
            using var client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var secure = new SslStream(client.GetStream());
            await secure.AuthenticateAsServerAsync(certificate);
            await secure.CopyToAsync(said, TestContext.Current.CancellationToken);
        }
        catch (Exception left) when (left is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The doctor hung up, as it does on a certificate that it does not believe.
        }

        return said.Length;
    }

    static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        // A key that the platform's TLS takes: one that was read from a file's bytes.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    static async Task<WebApplication> StandInAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", $"http://{IPAddress.Loopback}:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>Answers one client: a greeting, then one answer to each line, then TLS where there is a certificate. An empty answer hangs up.</summary>
    static async Task ServeAsync(TcpListener server, X509Certificate2? certificate, params string[] answers)
    {
        try
        {
            using var client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var stream = client.GetStream();
            using var lines = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            for (var at = 0; at < answers.Length; at++)
            {
                if (at > 0 && await lines.ReadLineAsync(TestContext.Current.CancellationToken) is null)
                    return;
                if (answers[at].Length == 0)
                    return;
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answers[at] + "\r\n"), TestContext.Current.CancellationToken);
            }

            if (certificate is null)
                return;
            await using var secure = new SslStream(stream, leaveInnerStreamOpen: true);
            await secure.AuthenticateAsServerAsync(certificate);
            // Until the client leaves: closing first would cut its handshake's end.
            await secure.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }
        catch (Exception left) when (left is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The doctor hung up, as it does on a certificate that it does not believe.
        }
    }

    /// <summary>Answers one client that encrypts by STARTTLS: one answer to each line, and what was said until it left.</summary>
    static async Task<List<string>> ServeEncryptedAsync(TcpListener server, X509Certificate2 certificate, string[] answers)
    {
        var heard = new List<string>();
        using var client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        using (var lines = new StreamReader(stream, Encoding.ASCII, leaveOpen: true))
        {
            foreach (var answer in new[] { "220 mail", "250-mail\r\n250 STARTTLS", "220 go" })
            {
                if (answer != "220 mail")
                    await lines.ReadLineAsync(TestContext.Current.CancellationToken);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), TestContext.Current.CancellationToken);
            }
        }

        await using var secure = new SslStream(stream, leaveInnerStreamOpen: true);
        await secure.AuthenticateAsServerAsync(certificate);
        using var inside = new StreamReader(secure, Encoding.ASCII, leaveOpen: true);
        try
        {
            while (await inside.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                heard.Add(line);
                if (heard.Count <= answers.Length)
                    await secure.WriteAsync(Encoding.ASCII.GetBytes(answers[heard.Count - 1] + "\r\n"), TestContext.Current.CancellationToken);
            }
        }
        catch (IOException)
        {
            // The doctor hung up.
        }

        return heard;
    }
}
