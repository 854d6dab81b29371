using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Data.Wallets;
using Webrana.Grains.Wallets;
using Webrana.Sandbox.Postgres;
using Webrana.WalletBench.Contenders;

namespace Webrana.WalletBench.Hosting;

/// <summary>
/// All contenders in one ASP.NET host, behind the product's authentication (the framework's encrypted bearer tokens) and idempotency rule:
/// the operation id is derived from (user, route, Idempotency-Key); a repetition is answered from the ledger row with the first outcome,
/// another body under the same key is a conflict. Nothing of this is mapped in the product.
/// </summary>
internal static class BenchHost
{
    public static async Task RunAsync(BenchOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services.AddAuthentication(BearerTokenDefaults.AuthenticationScheme).AddBearerToken();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton(TimeProvider.System);

        await using var sources = new DataSources(options.Postgres!);
        await using var rows = Rows(options);
        builder.Services.AddWebranaData(sources);
        builder.UseOrleans(silo =>
        {
            silo.UseWebranaClustering(sources);
            silo.UseWebranaStorage(sources);
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ($"bench-{Environment.ProcessId}", "webrana"));
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
            silo.Services.AddWallets(builder.Configuration);
        });

        await using var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        // A ledger of its own: neither group committer may fill the other's batches.
        await using var plain = new LedgerStore(sources, new LedgerOptions(), app.Services.GetRequiredService<ILogger<LedgerStore>>());
        foreach (var contender in (IContender[])
            [new ForUpdate(rows, TimeProvider.System), new SingleUpdate(rows, TimeProvider.System),
             new PlainGroupCommit(plain, TimeProvider.System), new WebranaWallets(app.Services.GetRequiredService<IGrainFactory>()), new Nothing()])
        {
            Map(app, contender);
        }

        app.MapPost("/tokens", (Guid[] users, IOptionsMonitor<BearerTokenOptions> bearer) => users.Select(user => Token(bearer, user)));
        app.MapPost("/collect", () => GC.Collect());
        await app.RunAsync();
    }

    private static NpgsqlDataSource Rows(BenchOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Postgres)
        {
            MaxPoolSize = options.Pool,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Timeout = 60, // 256 callers queue for 16 connections
        };
        return NpgsqlDataSource.Create(settings.ConnectionString);
    }

    private static void Map(WebApplication app, IContender contender)
    {
        var route = $"/{contender.Name}/debit";
        app.MapPost(route, async (DebitRequest body, HttpContext http) =>
        {
            if (!Guid.TryParseExact(http.User.FindFirstValue(ClaimTypes.NameIdentifier), "D", out var user)) return Results.Unauthorized();
            var key = http.Request.Headers["Idempotency-Key"].ToString();
            if (key.Length is 0 or > 255 || body.Amount <= 0) return Results.BadRequest();
            var result = await contender.DebitAsync(user, OperationId(user, route, key), body.Amount);
            return result.Outcome switch
            {
                DebitOutcome.Done or DebitOutcome.AlreadyDone => Results.Json(new DebitAnswer(result.BalanceAfterIdr), statusCode: 200),
                DebitOutcome.Insufficient => Results.Json(new Refusal("insufficient_balance"), statusCode: 409),
                DebitOutcome.Conflict => Results.Json(new Refusal("idempotency_key_reused"), statusCode: 422),
                _ => Results.Json(new Refusal("outcome_unknown"), statusCode: 503),
            };
        }).RequireAuthorization();
    }

    private static string OperationId(Guid user, string route, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user:D}\nPOST {route}\n{key}")).AsSpan(0, 16));

    private static string Token(IOptionsMonitor<BearerTokenOptions> bearer, Guid user)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.ToString("D"))], BearerTokenDefaults.AuthenticationScheme);
        var ticket = new AuthenticationTicket(
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { ExpiresUtc = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1) },
            $"{BearerTokenDefaults.AuthenticationScheme}:AccessToken");
        return bearer.Get(BearerTokenDefaults.AuthenticationScheme).BearerTokenProtector.Protect(ticket);
    }

    internal sealed record DebitRequest(long Amount);

    internal sealed record DebitAnswer(long BalanceAfter);

    internal sealed record Refusal(string Code);

    /// <summary>The roof of HTTP with authentication: no work at all.</summary>
    private sealed class Nothing : IContender
    {
        public string Name => "nothing";

        public Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr) => Task.FromResult(new DebitResult(DebitOutcome.Done, 0));
    }
}
