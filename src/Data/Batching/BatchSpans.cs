using System.Diagnostics;

namespace Webrana.Data.Batching;

/// <summary>
/// What a queue of batches tells in traces. Whoever asks within a trace has a span there, from asking until the answer. A span has one parent
/// and a statement many askers: the batch stands in the first one's tree with its statements below it, and the others' spans lead to it.
/// </summary>
/// <param name="queue">What the spans are called by.</param>
public sealed class BatchSpans(string queue)
{
    /// <summary>Name of the source.</summary>
    internal const string SourceName = "Webrana.Data";

    // Everybody leads to the batch, and the batch to some of them: thousands share a statement, and a span with thousands of links is not kept.
    internal const int MaxLinks = 32;

    private static readonly ActivitySource Source = new(SourceName);

    private readonly string _wait = $"wait {queue}";
    private readonly string _batch = $"batch {queue}";

    /// <summary>True when somebody listens.</summary>
    public static bool IsListenedTo => Source.HasListeners();

    /// <summary>True when somebody listens and the caller's trace is one that is kept. Asked for each request of the ledger.</summary>
    internal static bool IsTraced => IsListenedTo && Activity.Current is { Recorded: true };

    /// <summary>Begins the span of a caller who waits from now on, in the caller's trace.</summary>
    internal Activity? StartWaiting() => Source.StartActivity(_wait);

    /// <summary>Begins the span of a batch; null when nobody in it is traced.</summary>
    internal Activity? StartBatch<TInput, TAnswer>(List<Request<TInput, TAnswer>> batch)
    {
        if (!IsListenedTo) return null;
        Activity? first = null;
        List<Activity>? others = null;
        foreach (var request in batch)
        {
            if (request.Waiting is not { } waiting) continue;
            if (first is null) first = waiting;
            else (others ??= []).Add(waiting);
        }

        if (first is null) return null;
        var links = others?.Take(MaxLinks).Select(other => new ActivityLink(other.Context));
        var span = Source.StartActivity(_batch, ActivityKind.Internal, first.Context, links: links);
        if (span is null) return null;
        span.SetTag("webrana.batch.size", batch.Count);
        if (others is null) return span;
        var there = new ActivityLink(span.Context);
        foreach (var other in others) other.AddLink(there); // before they are answered: until then their spans are open
        return span;
    }

    /// <summary>Of a batch that is over: how many have no answer, or an exception for one.</summary>
    internal static void SayFailures<TInput, TAnswer>(Activity span, List<Request<TInput, TAnswer>> batch)
    {
        var failed = batch.Count(request => !request.Task.IsCompletedSuccessfully);
        if (failed > 0) span.SetStatus(ActivityStatusCode.Error, $"{failed} of {batch.Count} failed");
    }

    /// <summary>The kind of the exception alone: what it says may hold values.</summary>
    internal static void SayFailure(Activity? waiting, Exception exception) => waiting?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);

    /// <summary>The batch that is executed here did not hear what became of it. That is an outcome and nobody's exception, and still a failure.</summary>
    internal static void SayUnknown() => Activity.Current?.SetStatus(ActivityStatusCode.Error, "outcome_unknown");
}
