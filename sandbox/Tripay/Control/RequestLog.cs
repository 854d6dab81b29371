using System.Collections.Concurrent;

namespace Webrana.Sandbox.Tripay.Control;

/// <summary>Counts calls by method and path: what the client really sent.</summary>
sealed class RequestLog
{
    readonly ConcurrentDictionary<string, int> _counts = [];

    public void Count(HttpRequest request) => _counts.AddOrUpdate($"{request.Method} {request.Path}", 1, (_, count) => count + 1);

    public IReadOnlyDictionary<string, int> Counts() => new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
}
