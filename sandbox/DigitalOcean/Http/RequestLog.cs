using System.Globalization;

namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>How often a path was called in a minute (of the machine's clock), by the answer's status; status 0 is a dropped connection.</summary>
public sealed record RequestCount(string Method, string Path, string Minute, int Status, int Count);

/// <summary>Counts calls, so that tests can prove what was not called.</summary>
internal sealed class RequestLog(TimeProvider clock)
{
    readonly Lock _gate = new();
    readonly Dictionary<(string Method, string Path, string Minute, int Status), int> _counts = [];

    public void Add(string method, string template, int status)
    {
        var minute = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:00'Z'", CultureInfo.InvariantCulture);
        lock (_gate)
            _counts[(method, template, minute, status)] = _counts.GetValueOrDefault((method, template, minute, status)) + 1;
    }

    public IReadOnlyList<RequestCount> All()
    {
        lock (_gate)
        {
            return
            [
                .. _counts.Select(entry => new RequestCount(entry.Key.Method, entry.Key.Path, entry.Key.Minute, entry.Key.Status, entry.Value))
                    .OrderBy(count => count.Minute, StringComparer.Ordinal)
                    .ThenBy(count => count.Path, StringComparer.Ordinal)
                    .ThenBy(count => count.Method, StringComparer.Ordinal),
            ];
        }
    }

    public void Clear()
    {
        lock (_gate)
            _counts.Clear();
    }
}
