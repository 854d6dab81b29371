using System.Buffers.Binary;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Monitoring;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Faults;
using Webrana.Domain.Monitoring;
using Webrana.Grains.Common;

namespace Webrana.Grains.Monitoring;

/// <summary>
/// One server's measurements. All who look at it look through this one grain, so that a server costs at most one round of reads per
/// <see cref="MetricsOptions.FreshMs"/>. Only the transfer is stored.
/// </summary>
[GrainType("metrics")]
public sealed class MetricsGrain : Grain, IMetricsGrain
{
    private readonly DurableState<MetricsState> _state;
    private readonly MetricsSource _source;
    private readonly MetricsOptions _options;
    private readonly TimeProvider _clock;
    private readonly FailPoints _failPoints;
    private readonly MetricsCache _cache = new();
    private readonly Dictionary<MetricsRange, Task> _reading = [];
    private readonly InstanceId _instance;
    private Task<bool>? _counting;
    private (MeteredServer Server, long CountedUntil, DateTimeOffset At, IReadOnlyList<SentOver> Over)? _overNow;

    public MetricsGrain(
        [PersistentState(StateNames.Metrics, StorageNames.State)] IPersistentState<MetricsState> state,
        MetricsSource source,
        IOptions<MetricsOptions> options,
        TimeProvider clock,
        FailPoints failPoints)
    {
        _instance = new InstanceId(GrainKeys.Guid(this.GetPrimaryKeyString(), "metrics"));
        _state = new DurableState<MetricsState>(state, this);
        (_source, _options, _clock, _failPoints) = (source, options.Value, clock, failPoints);
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Up to when the provider has measured for certain.</summary>
    private DateTimeOffset Measured => Now - TimeSpan.FromMilliseconds(_options.TransferLagMs);

    /// <inheritdoc/>
    public async Task<Result<MetricsView, MetricsError>> Read(MetricsRange range)
    {
        if (await Server() is not { } server)
            return MetricsError.NotFound;
        await Follow(server);
        if (server.ProviderDropletId is { } droplet && !IsGone(server.Status))
        {
            await Refresh(range, droplet, server.AccountId);
            // Who looks sees every hour that has ended, not only those of the last round.
            if (_state.Value.Meter is { } meter && meter.IsBehind(Measured))
                await Count(droplet, server);
        }

        return View(range, server);
    }

    /// <inheritdoc/>
    public async Task Follow()
    {
        if (await Server() is { } server)
            await Follow(server);
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake()
    {
        if (_state.Value.DueAt is not { } due || due > Now.ToUnixTimeMilliseconds())
            return WakeOutcome.Settled;
        // Found by who looked, or left behind by a crash; told also where the server is put away by now.
        await TellWhatIsOver();
        if (await Server() is not { ProviderDropletId: { } droplet } server || IsGone(server.Status))
        {
            await _state.Update(state => state with { DueAt = null });
            return WakeOutcome.Settled;
        }

        var counted = await Count(droplet, server);
        if (!counted)
            await _state.Update(state => state with { DueAt = In(_options.RetryMs) });
        await TellWhatIsOver();
        return counted ? WakeOutcome.Settled : WakeOutcome.Deferred;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SentOver>> OverNow(MeteredServer server)
    {
        if (_state.Value.Meter is not { } meter)
            return [];
        // Preview and deletion a minute apart: the same answer, and one read. Another plan or a count in between: another answer.
        if (_overNow is { } last && last.Server == server && last.CountedUntil == meter.UntilUnixSeconds && Now - last.At < Fresh(MetricsRange.OneHour))
            return last.Over;
        var now = Now;
        var rate = await ReadSent(meter, server.DropletId, server.AccountId, now);
        await _failPoints.Hit("transfer.asked", this.GetPrimaryKeyString());
        if (rate is null)
            return Over(_state.Value);
        var over = Over(_state.Value.Counted(meter.UpTo(rate, now), TransferQuota.BytesOf(server.TransferTb), tellAt: 0, countAt: 0));
        _overNow = (server, meter.UntilUnixSeconds, now, over);
        return over;
    }

    private static IReadOnlyList<SentOver> Over(MetricsState state) => [.. state.Owed.Select(part => new SentOver(part.Month, part.Megabytes))];

    private async Task<IReadOnlyList<Sample>?> ReadSent(TransferMeter meter, long droplet, string account, DateTimeOffset to) =>
        (await _source.Read(Reading.PublicOut, droplet, account, DateTimeOffset.FromUnixTimeSeconds(meter.UntilUnixSeconds), to))?.Only;

    private async Task<DropletView?> Server() =>
        (await GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(_instance)).Get()).Value;

    private async Task Follow(DropletView server)
    {
        if (server.ProviderDropletId is null || IsGone(server.Status) || (_state.Value.CountedUntil != 0 && _state.Value.DueAt is not null))
            return;
        // One that was put away and came back goes on where it was counted to: hours without a server have measured nothing.
        await _state.Update(state => state.CountedUntil == 0
            ? state.With(TransferMeter.StartingAt(server.CreatedAt), NextCount())
            : state.DueAt is null ? state with { DueAt = NextCount() } : null);
    }

    private Task<bool> Count(long droplet, DropletView server) =>
        _counting is { IsCompleted: false } running ? running : _counting = CountNow(droplet, server);

    private async Task<bool> CountNow(long droplet, DropletView server)
    {
        var (meter, ended) = (_state.Value.Meter!, Measured);
        IReadOnlyList<TransferMeter> months = [meter];
        // Who looked may have counted it already: then there is nothing to ask.
        if (meter.IsBehind(ended))
        {
            // To this moment: the measurement after an hour's end tells of its last minutes.
            if (await ReadSent(meter, droplet, server.AccountId, Now) is not { } rate)
                return false;
            months = meter.Through(rate, ended);
        }

        // Decided over what is committed: an hour is counted by whoever counts it first. What is beyond the quota is owed in the same write.
        await _state.Update(state => state.CountedUntil != meter.UntilUnixSeconds
            ? null
            : state.Counted(months, TransferQuota.BytesOf(server.TransferTb), In(0), NextCount()));
        await _failPoints.Hit("transfer.counted", this.GetPrimaryKeyString());
        return true;
    }

    /// <summary>Tells the server, month by month. It keeps the most it heard of a month, so that telling twice counts once.</summary>
    private async Task TellWhatIsOver()
    {
        while (_state.Value.Owed is [var part, ..])
        {
            await GrainFactory.GetGrain<IDropletBillingGrain>(GrainKeys.Droplet(_instance)).TransferOver(part.Month, part.Megabytes);
            await _failPoints.Hit("transfer.told", this.GetPrimaryKeyString());
            await _state.Update(state => state.Told(part, NextCount()));
        }
    }

    /// <summary>One round of reads for all who ask meanwhile. What cannot be read now stays as it was.</summary>
    private async Task Refresh(MetricsRange range, long droplet, string account)
    {
        var fresh = Fresh(range);
        if (MetricsCache.Series.All(what => _cache.IsFresh(range, what, fresh, Now)))
            return;
        if (!_reading.TryGetValue(range, out var reading) || reading.IsCompleted)
            _reading[range] = reading = ReadAll(range, droplet, account, fresh);
        await reading;
    }

    private async Task ReadAll(MetricsRange range, long droplet, string account, TimeSpan fresh)
    {
        // The sums first: a share of nothing known is no figure at all.
        foreach (var what in MetricsCache.Totals)
        {
            // A server that was off has no sum either: asked again with the next round.
            if (!_cache.IsFresh(null, what, Total(what) is null ? fresh : MetricsCache.TotalsFresh, Now) && !await ReadOne(null, MetricsRange.OneHour, what, droplet, account))
                return;
        }

        foreach (var what in MetricsCache.Series)
        {
            if (!_cache.IsFresh(range, what, fresh, Now) && !await ReadOne(range, range, what, droplet, account))
                return;
        }
    }

    private async Task<bool> ReadOne(MetricsRange? keepUnder, MetricsRange range, Reading what, long droplet, string account)
    {
        var now = Now;
        if (await _source.Read(what, droplet, account, now - Length(range), now) is not { } series)
            return false;
        _cache.Keep(keepUnder, what, series, now);
        return true;
    }

    private MetricsView View(MetricsRange range, DropletView server)
    {
        var now = Now;
        IReadOnlyList<MetricLine> lines =
        [
            Line(MetricKind.Cpu, CpuUsage.Percent(_cache.Find(range, Reading.Cpu)?.Series ?? [], server.Vcpus)),
            Line(MetricKind.Load1, Raw(range, Reading.Load1)),
            Line(MetricKind.Memory, UsedShare.Percent(Raw(range, Reading.MemoryAvailable), Total(Reading.MemoryTotal))),
            Line(MetricKind.Disk, UsedShare.Percent(Raw(range, Reading.DiskFree), Total(Reading.DiskSize))),
            Line(MetricKind.PublicIn, Raw(range, Reading.PublicIn)),
            Line(MetricKind.PublicOut, Raw(range, Reading.PublicOut)),
        ];
        // Two missed measurements, or two steps of a long span: older than that is not now.
        double? Latest(int line)
        {
            var samples = lines[line].Samples.Select(sample => new Sample(sample.UnixSeconds, sample.Value)).ToList();
            return Timeline.Latest(samples, (_cache.ReadAt(range) ?? now).ToUnixTimeSeconds() - Math.Max(600, 2 * Timeline.StepOf(samples)));
        }

        var current = new CurrentUse(Latest(0), Latest(2), Latest(3), _state.Value.Meter?.UsedAt(now) ?? 0, TransferQuota.BytesOf(server.TransferTb));
        var late = !IsGone(server.Status) && server.ProviderDropletId is not null
            && !MetricsCache.Series.All(what => _cache.IsFresh(range, what, Fresh(range), now));
        return new MetricsView(now - Length(range), now, _cache.ReadAt(range), late, current, lines);
    }

    private IReadOnlyList<Sample> Raw(MetricsRange range, Reading what) => _cache.Find(range, what)?.Only ?? [];

    private double? Total(Reading what) => _cache.Find(null, what)?.Only is { Count: > 0 } samples ? samples[^1].Value : null;

    private static MetricLine Line(MetricKind kind, IReadOnlyList<Sample> samples) => new(
        kind, [.. Timeline.WithGaps(samples).Select(sample => new MetricSample(sample.UnixSeconds, sample.Value is { } value ? Math.Round(value, 3) : null))]);

    private TimeSpan Fresh(MetricsRange range) =>
        TimeSpan.FromMilliseconds(range >= MetricsRange.SevenDays ? _options.LongFreshMs : _options.FreshMs);

    private long In(int ms) => Now.ToUnixTimeMilliseconds() + ms;

    /// <summary>
    /// This server's own moment of the next hour: a thousand servers are counted all through it, also after an outage or a turn of the clock
    /// brought them together. One that was just counted late waits for the moment after it.
    /// </summary>
    private long NextCount()
    {
        var (now, every) = (In(0), (long)_options.TransferMs);
        var own = BinaryPrimitives.ReadUInt32LittleEndian(_instance.Value.ToByteArray().AsSpan(12)) % every;
        var next = now - ((now - own) % every) + every;
        return next - now < every / 2 ? next + every : next;
    }

    private static TimeSpan Length(MetricsRange range) => range switch
    {
        MetricsRange.OneHour => TimeSpan.FromHours(1),
        MetricsRange.SixHours => TimeSpan.FromHours(6),
        MetricsRange.OneDay => TimeSpan.FromDays(1),
        MetricsRange.SevenDays => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(14),
    };

    private static bool IsGone(DropletStatus status) =>
        status is DropletStatus.Terminating or DropletStatus.Terminated or DropletStatus.Failed or DropletStatus.Lost;
}
