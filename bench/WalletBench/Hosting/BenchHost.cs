using System.Net;
using Npgsql;
using Webrana.Api.Accounts;
using Webrana.Api.Idempotency;
using Webrana.Contracts;
using Webrana.Data;
using Webrana.Data.Wallets;
using Webrana.WalletBench.Contenders;

namespace Webrana.WalletBench.Hosting;

/// <summary>
/// All contenders in one ASP.NET host, behind the product's own authentication and its own idempotency filter: the token is the API's, the
/// key's row is claimed before the work and keeps the answer after it, and the operation id is the one the filter derives. Nothing of this is
/// mapped in the product.
/// </summary>
internal static class BenchHost
{
    public static async Task RunAsync(BenchOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        await using var sources = new DataSources(options.Postgres!);
        var pools = options.Pools.Select(size => (Size: size, Rows: Rows(options, size))).ToList();
        builder.Services.AddSingleton(TimeProvider.System).AddWebranaData(sources).AddIdempotency();
        builder.AddWebranaAuthentication();
        builder.UseOrleans(silo => BenchSilo.Configure(silo, builder.Configuration, sources, $"bench-{Environment.ProcessId}"));

        await using var app = builder.Build();
        app.UseIdempotency();
        app.UseAuthentication();
        app.UseAuthorization();
        using var apart = options.Contenders.Contains(WebranaWallets.Apart) ? await BenchSilo.ConnectAsync(sources) : null;
        // A ledger of its own: neither group committer may fill the other's batches.
        await using var plain = new LedgerStore(sources, new LedgerOptions(), app.Services.GetRequiredService<ILogger<LedgerStore>>());
        List<IContender> contenders =
        [
            new PlainGroupCommit(plain, TimeProvider.System), new DocumentedOrleans(app.Services.GetRequiredService<IGrainFactory>()),
            new WebranaWallets("webrana", app.Services.GetRequiredService<IGrainFactory>()), new Nothing("nothing"), new Nothing("key-only"),
        ];
        if (apart is not null) contenders.Add(new WebranaWallets(WebranaWallets.Apart, apart.Services.GetRequiredService<IClusterClient>()));

        var routes = app.MapGroup("").HonourIdempotencyKey();
        foreach (var contender in contenders) Map(routes, contender.Name, contender);
        foreach (var (size, rows) in pools)
        {
            foreach (var contender in (IContender[])[new ForUpdate(rows, TimeProvider.System), new SingleUpdate(rows, TimeProvider.System), new EfCore(rows, TimeProvider.System)])
                Map(routes, Pools.Route(contender.Name, size), contender);
        }

        app.MapPost("/tokens", (Guid[] users, AccessTokens tokens) => users.Select(user => tokens.Issue(new UserId(user), []).Token));
        app.MapPost("/collect", () => GC.Collect());
        await app.RunAsync();
        foreach (var (_, rows) in pools) await rows.DisposeAsync();
    }

    private static NpgsqlDataSource Rows(BenchOptions options, int size)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Postgres)
        {
            MaxPoolSize = size,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Timeout = 60, // 256 callers queue for 4 connections
        };
        return NpgsqlDataSource.Create(settings.ConnectionString);
    }

    private static void Map(RouteGroupBuilder routes, string address, IContender contender) =>
        routes.MapPost($"/{address}/debit", async (DebitRequest body, HttpContext http) =>
        {
            if (body.Amount <= 0) return Results.BadRequest();
            var result = await contender.DebitAsync(http.User.GetUserId().Value, Operation.Of(http).ToString(), body.Amount);
            return result.Outcome switch
            {
                DebitOutcome.Done or DebitOutcome.AlreadyDone => Results.Json(new DebitAnswer(result.BalanceAfterIdr), statusCode: 200),
                DebitOutcome.Insufficient => Results.Json(new Refusal("insufficient_balance"), statusCode: 409),
                DebitOutcome.Conflict => Results.Json(new Refusal("operation_conflict"), statusCode: 409),
                _ => Results.Json(new Refusal("outcome_unknown"), statusCode: 503),
            };
        }).RequireAuthorization();

    internal sealed record DebitRequest(long Amount);

    internal sealed record DebitAnswer(long BalanceAfter);

    internal sealed record Refusal(string Code);

    /// <summary>The roofs: HTTP with authentication, without and with a key's row, and no work.</summary>
    private sealed class Nothing(string name) : IContender
    {
        public string Name => name;

        public Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr) => Task.FromResult(new DebitResult(DebitOutcome.Done, 0));
    }
}
