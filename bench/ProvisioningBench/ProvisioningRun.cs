using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Silo.Seeding;

namespace Webrana.ProvisioningBench;

/// <summary>
/// All orders at once; then the provider's own record (when each create ended, what was called) is laid beside ours (when each server was
/// noticed to be usable, what was charged). One server too few, too many or unpaid voids the run.
/// </summary>
internal static class ProvisioningRun
{
    private const double ActionSeconds = 15; // creations take twice that, as live ones do

    public static async Task<int> RunAsync(int count, string? json, TextWriter output)
    {
        await using var silo = await BenchSilo.StartAsync(dropletLimit: count, ActionSeconds);
        foreach (var (planId, plan) in PlanCatalogue.Demo)
            await silo.Grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId)).Create(plan);
        await Task.WhenAll(Enumerable.Range(0, ISweeperGrain.Shards).Select(shard => silo.Grains.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).EnsureRunning()));
        var owner = new UserId(Guid.NewGuid());
        await FundAsync(silo, owner, count * 1_000_000L);
        await output.WriteLineAsync($"{count} servers ordered at once; creations take {2 * ActionSeconds} s; the provider allows 250 calls a minute and 5,000 an hour");

        var watch = Stopwatch.StartNew();
        var instances = Enumerable.Range(0, count).Select(n => (Id: new InstanceId(Guid.NewGuid()), Name: string.Create(CultureInfo.InvariantCulture, $"bench-{n}"))).ToList();
        await Task.WhenAll(instances.Select(async instance =>
        {
            var ordered = await silo.Grains.GetGrain<IDropletGrain>(GrainKeys.Droplet(instance.Id)).Order(new PlaceOrder(
                owner, "basic-1", "sgp1", "ubuntu-24-04-x64", instance.Name, BillingPeriod.Monthly, true, [], null, $"user:{owner}"));
            if (!ordered.IsOk)
                throw new InvalidOperationException($"An order was refused: {ordered.Error}");
        }));
        await output.WriteLineAsync(Line("orders accepted after", watch.Elapsed));
        await UntilRunningAsync(silo, count, watch, output);
        return await ReportAsync(silo, count, watch.Elapsed, json, output);
    }

    private static async Task UntilRunningAsync(BenchSilo silo, int count, Stopwatch watch, TextWriter output)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await timer.WaitForNextTickAsync())
        {
            var done = await CountAsync(silo, "SELECT count(*) FROM grain_state WHERE state = 'droplet' AND status IN ('RUNNING', 'FAILED')");
            if ((int)watch.Elapsed.TotalSeconds % 30 < 5)
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,6:0} s  {done} of {count}"));
            if (done == count)
                return;
            if (watch.Elapsed > TimeSpan.FromMinutes(25))
                throw new TimeoutException($"Only {done} of {count} servers came to an end.");
        }
    }

    private static async Task<int> ReportAsync(BenchSilo silo, int count, TimeSpan took, string? json, TextWriter output)
    {
        using var http = new HttpClient { BaseAddress = silo.Cloud.BaseUrl };
        var actions = await http.GetFromJsonAsync<JsonElement>("/_sandbox/actions");
        var ended = actions.EnumerateArray().Where(action => action.GetProperty("type").GetString() == "create")
            .ToDictionary(action => action.GetProperty("dropletId").GetInt64(), action => action.GetProperty("completedAtMs").GetInt64());
        var noticed = await NoticedAsync(silo);
        var late = noticed.Select(one => (one.ReadyAt - ended[one.DropletId]) / 1000.0).Order().ToList();

        var requests = (await http.GetFromJsonAsync<JsonElement>("/_sandbox/requests")).EnumerateArray().ToList();
        await output.WriteLineAsync();
        await output.WriteLineAsync("calls by minute (calendar; the provider counts any 60 seconds):");
        foreach (var minute in requests.GroupBy(request => request.GetProperty("minute").GetString()))
            await output.WriteLineAsync($"  {minute.Key}  {Sum(minute)}");
        await output.WriteLineAsync("calls by path:");
        foreach (var path in requests.GroupBy(request => $"{request.GetProperty("method").GetString(),-6} {request.GetProperty("path").GetString()}").OrderByDescending(Sum))
            await output.WriteLineAsync($"  {Sum(path),6}  {path.Key}");
        var limited = Sum(requests.Where(request => request.GetProperty("status").GetInt32() == 429));
        var charged = await CountAsync(silo, "SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'order:%:capture'");
        var held = await CountAsync(silo, "SELECT coalesce(sum(held), 0)::bigint FROM wallets");

        await output.WriteLineAsync();
        await output.WriteLineAsync(Line("all servers running after", took));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"time to notice (s): p50 {At(late, 0.5):0.0}, p99 {At(late, 0.99):0.0}, longest {late[^1]:0.0} (promise: 10)"));
        await output.WriteLineAsync($"answers 429: {limited}; running {noticed.Count}, at the provider {silo.Cloud.DropletCount}, charged {charged}, rupiah still on hold {held}");
        var lost = noticed.Count != count || silo.Cloud.DropletCount != count || charged != count || held != 0;
        if (json is not null)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new
            {
                ordered = count, seconds = took.TotalSeconds, noticedP50 = At(late, 0.5), noticedP99 = At(late, 0.99), noticedLast = late[^1],
                limited, running = noticed.Count, atTheProvider = silo.Cloud.DropletCount, charged, held, lost,
            }));
        }

        await output.WriteLineAsync(lost ? "LOSSES: this run is void" : "losses: none");
        return lost || late[^1] > 10 || limited > 0 ? 1 : 0;
    }

    private static async Task<List<(long DropletId, long ReadyAt)>> NoticedAsync(BenchSilo silo)
    {
        await using var command = silo.Sources.Queries.CreateCommand("""
            SELECT (payload -> 'droplet' ->> 'id')::bigint, (payload -> 'creation' ->> 'readyAt')::bigint FROM grain_state WHERE state = 'droplet' AND status = 'RUNNING'
            """);
        var noticed = new List<(long, long)>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            noticed.Add((row.GetInt64(0), row.GetInt64(1)));
        return noticed;
    }

    private static async Task<long> CountAsync(BenchSilo silo, string sql)
    {
        await using var command = silo.Sources.Queries.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task FundAsync(BenchSilo silo, UserId owner, long amountIdr)
    {
        var funded = await silo.Grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(owner)).Credit(new CreditCommand(
            "bench:fund", amountIdr, new PostingReference(ReferenceType.Adjustment, "bench", ContraAccount.Adjustment, "Bench")));
        if (!funded.IsOk)
            throw new InvalidOperationException($"The wallet was not funded: {funded.Error}");
    }

    private static int Sum(IEnumerable<JsonElement> requests) => requests.Sum(request => request.GetProperty("count").GetInt32());

    private static double At(List<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];

    private static string Line(string what, TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{what} {time.TotalSeconds:0.0} s");
}
