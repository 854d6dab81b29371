using System.Collections.Concurrent;
using System.Diagnostics;

namespace Webrana.Api.Tests.Webhooks;

/// <summary>Counts the SQL commands that requests cause, by the trace the requests said they belong to.</summary>
sealed class SqlOfTraces : IDisposable
{
    readonly ConcurrentDictionary<ActivityTraceId, int> _commands = new();
    readonly ActivityListener _listener;

    public SqlOfTraces()
    {
        _listener = new ActivityListener
        {
            // The server's own activity takes the trace over from the request; without it the commands would begin traces of their own.
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity =>
            {
                if (activity.Source.Name == "Npgsql")
                    _commands.AddOrUpdate(activity.TraceId, 1, (_, count) => count + 1);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int this[ActivityTraceId trace] => _commands.GetValueOrDefault(trace);

    public void Dispose() => _listener.Dispose();
}
