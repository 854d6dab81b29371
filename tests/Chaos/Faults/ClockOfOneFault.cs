using System.Diagnostics;
using System.Globalization;
using System.Xml;

namespace Webrana.Chaos.Faults;

/// <summary>
/// The clock of one silo alone goes wrong, as on a machine that lost its time server: its grains decide and write by another time than their
/// neighbours and the database. Its timers do not notice, because they count on the monotonic clock.
/// </summary>
public sealed class ClockOfOneFault(int silo, TimeSpan wrong, TimeSpan least) : IFault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Plan => string.Create(CultureInfo.InvariantCulture, $"the clock of silo-{silo} alone is {Math.Abs(wrong.TotalMinutes):0} minutes {(wrong > TimeSpan.Zero ? "fast" : "slow")}");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var cluster = scene.Cluster;
        var address = cluster.Silos[silo - 1].Address;
        // Nobody else writes these times: the wrong clock is far from the right one.
        var first = await cluster.Database.ScalarAsync<DateTime>("select business_now()", cancellation) + wrong - TimeSpan.FromSeconds(5);
        var last = first + TimeSpan.FromMinutes(2);
        var before = await WrittenAsync();
        var written = before;
        await SetAsync(wrong);
        try
        {
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < least || written <= before)
            {
                if (watch.Elapsed > Patience)
                    throw new TimeoutException($"Nothing was written by the wrong clock in {Patience.TotalSeconds:0} s.");
                await Task.Delay(200, cancellation);
                written = await WrittenAsync();
            }
        }
        finally
        {
            await SetAsync(TimeSpan.Zero);
        }

        // What a fast clock put off is due when the right one has come as far.
        if (wrong > TimeSpan.Zero)
            await cluster.TurnAsync(XmlConvert.ToString(wrong), cancellation);
        return $"{written - before} ledger rows and records dated by it";

        Task SetAsync(TimeSpan by) => cluster.SwitchAsync(address, "/_sandbox/clock-skew", new { seconds = by.TotalSeconds }, cancellation);

        Task<long> WrittenAsync() => cluster.Database.ScalarAsync<long>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                select (select count(*) from wallet_transactions where occurred_at between '{first:O}' and '{last:O}')
                     + (select count(*) from grain_state where sort_at between {Unix(first)} and {Unix(last)})
                """), cancellation);
    }

    private static long Unix(DateTime moment) => new DateTimeOffset(moment, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
