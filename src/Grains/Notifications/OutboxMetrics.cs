using System.Diagnostics.Metrics;
using Webrana.Data.Notices;

namespace Webrana.Grains.Notifications;

/// <summary>How the outbox does. The age of its oldest row is what to be woken for.</summary>
public sealed class OutboxMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Webrana.Notices";

    private readonly Counter<long> _attempts;
    private readonly TimeProvider _clock;
    private long _waiting;
    private long _oldestMs;

    public OutboxMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create(MeterName);
        _attempts = meter.CreateCounter<long>("webrana.outbox.attempts", description: "Attempts to deliver, by channel and outcome.");
        meter.CreateObservableGauge("webrana.outbox.waiting", () => Volatile.Read(ref _waiting), description: "Deliveries that wait, over the whole cluster.");
        meter.CreateObservableGauge("webrana.outbox.oldest_age", () => OldestAgeSeconds, "s", "How long the oldest of them waits.");
    }

    /// <summary>Seconds; 0 when nothing waits.</summary>
    public double OldestAgeSeconds =>
        Volatile.Read(ref _oldestMs) is > 0 and var oldest ? Math.Max(0, (_clock.GetUtcNow().ToUnixTimeMilliseconds() - oldest) / 1000.0) : 0;

    internal void Attempted(DeliveryChannel channel, MailOutcome outcome) =>
        _attempts.Add(1, new KeyValuePair<string, object?>("channel", channel.ToString()), new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    internal void Waiting(long count, DateTimeOffset? oldest)
    {
        Volatile.Write(ref _waiting, count);
        Volatile.Write(ref _oldestMs, oldest?.ToUnixTimeMilliseconds() ?? 0);
    }
}
