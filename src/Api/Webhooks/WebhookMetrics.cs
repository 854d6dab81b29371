using System.Diagnostics.Metrics;
using Webrana.Tripay.Callbacks;

namespace Webrana.Api.Webhooks;

/// <summary>Counts callbacks. What an attacker can send without end is counted without end and logged at most ten times a minute.</summary>
public sealed class WebhookMetrics
{
    public const string MeterName = "Webrana.Api.Webhooks";
    private const int LogsPerMinute = 10;

    private readonly Counter<long> _rejected;
    private readonly Counter<long> _accepted;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private DateTimeOffset _minuteEnds;
    private int _left;

    public WebhookMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create(MeterName);
        _rejected = meter.CreateCounter<long>("webrana.payment_callbacks.rejected", description: "Callbacks that were not signed or not readable, by reason.");
        _accepted = meter.CreateCounter<long>("webrana.payment_callbacks.accepted", description: "Signed callbacks, by kind.");
    }

    public void Rejected(TripayCallbackRejection reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Accepted(string kind) => _accepted.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>Whether this rejection may still be logged in this minute.</summary>
    public bool MayLogRejection()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            if (now >= _minuteEnds)
                (_minuteEnds, _left) = (now + TimeSpan.FromMinutes(1), LogsPerMinute);
            return _left-- > 0;
        }
    }
}
