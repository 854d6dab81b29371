using System.Collections.Concurrent;
using System.Diagnostics;

namespace Webrana.Data.Tests.Batching;

/// <summary>The spans that ended while somebody listened. Other tests' are among them: each looks only at traces it began itself.</summary>
internal sealed class EndedSpans : IDisposable
{
    /// <summary>Whoever listens here does so in turns: one test is about what happens when nobody does.</summary>
    public const string InTurns = "spans of Webrana.Data";

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public EndedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Webrana.Data" or "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public List<Activity> Of<T>(Asked<T> asked) => [.. _ended.Where(span => span.TraceId == asked.Caller.TraceId)];

    public void Dispose() => _listener.Dispose();
}

/// <summary>A question within a trace of its own.</summary>
internal sealed record Asked<T>(Activity Caller, Task<T> Answer);

internal static class Ask
{
    /// <summary>Asks as a request does whose trace is kept.</summary>
    public static Asked<T> Traced<T>(Func<Task<T>> question)
    {
        Activity.Current = null;
        var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        try
        {
            var answer = question();
            Assert.Same(caller, Activity.Current); // whoever asked goes on in its own span
            return new Asked<T>(caller, answer);
        }
        finally
        {
            Activity.Current = null;
        }
    }
}
