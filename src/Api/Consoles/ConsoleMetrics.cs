using System.Diagnostics.Metrics;
using Webrana.Contracts.Consoles;

namespace Webrana.Api.Consoles;

/// <summary>Counts consoles. Refused handshakes are counted without end and never logged one by one: anybody can send them.</summary>
internal sealed class ConsoleMetrics
{
    public const string MeterName = "Webrana.Api.Consoles";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _left;
    private readonly UpDownCounter<long> _open;

    public ConsoleMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("webrana.consoles.refused", description: "Handshakes refused, by problem code.");
        _ended = meter.CreateCounter<long>("webrana.consoles.ended", description: "Consoles that ended, by kind and reason.");
        _left = meter.CreateCounter<long>("webrana.consoles.left", description: "Far sides that did not let go when their console had ended, by kind.");
        _open = meter.CreateUpDownCounter<long>("webrana.consoles.open", description: "Consoles open in this process, by kind.");
    }

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    public void LeftBehind(ConsoleKind kind) => _left.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));

    public void Opened(ConsoleKind kind) => _open.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));

    public void Ended(ConsoleKind kind, ConsoleEnd end)
    {
        _open.Add(-1, new KeyValuePair<string, object?>("kind", kind.ToString()));
        _ended.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()), new KeyValuePair<string, object?>("reason", end.Reason));
    }
}
