using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Webrana.Api.Tests.Support;

/// <summary>The statements that go to a host's database while it lives, by the driver's own traces.</summary>
sealed class Statements : IDisposable
{
    readonly ActivityListener _listener;
    readonly ConcurrentQueue<string> _texts = new();

    public Statements(ApiHost host)
    {
        var database = new NpgsqlConnectionStringBuilder(host.Database.AppConnectionString).Database!;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.Select(tag => tag.Value).OfType<string>().ToList();
                if (tags.Contains(database)) _texts.Enqueue(string.Join(' ', tags));
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those that name any of these.</summary>
    public IReadOnlyList<string> Naming(params string[] names) => [.. _texts.Where(text => names.Any(name => text.Contains(name, StringComparison.Ordinal)))];

    public void Dispose() => _listener.Dispose();
}
