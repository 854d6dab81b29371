namespace Webrana.Data.Billing;

/// <summary>
/// Knows of our own outages: whoever works through what is due leaves a sign of life, and the first one after a long silence notes when we
/// came back. The silence is measured in the database's own time, so that a turned sandbox clock is no outage.
/// </summary>
public sealed class ServicePulse(DataSources sources, TimeProvider clock)
{
    /// <summary>A silence that counts as an outage: longer than any restart or upgrade.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private long _nextBeat;
    private DateTimeOffset? _recoveredAt;
    private bool _known;

    /// <summary>Leaves a sign of life, now and then, and answers when we last came back after an outage; null: never.</summary>
    public async ValueTask<DateTimeOffset?> BeatAsync(CancellationToken cancellation = default)
    {
        var now = Environment.TickCount64;
        if (_known && now < Volatile.Read(ref _nextBeat))
            return _recoveredAt;
        await using var command = sources.Queries.CreateCommand("""
            INSERT INTO service_pulse AS p (id, beat_at, recovered_at) VALUES (1, clock_timestamp(), NULL)
            ON CONFLICT (id) DO UPDATE SET
                recovered_at = CASE WHEN clock_timestamp() - p.beat_at > $1 THEN $2 ELSE p.recovered_at END,
                beat_at = clock_timestamp()
            RETURNING recovered_at
            """);
        command.Parameters.Add(new() { Value = Silence });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().ToUniversalTime() });
        _recoveredAt = await command.ExecuteScalarAsync(cancellation) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
        Volatile.Write(ref _nextBeat, now + (long)Every.TotalMilliseconds);
        _known = true;
        return _recoveredAt;
    }
}
