using System.Diagnostics;
using System.Threading.Channels;
using Webrana.Data.Batching;

namespace Webrana.Data.Tests.Batching;

/// <summary>What many share stands in one tree, and every other tree leads there. Without a trace there is nothing of it.</summary>
[Collection(EndedSpans.InTurns)]
public sealed class BatchTraceTests
{
    private static readonly (ActivitySpanId? Span, int Waiting) Nothing = (null, 0);

    [Fact]
    public async Task A_batch_stands_in_the_tree_of_its_first_and_the_second_ones_tree_leads_to_it()
    {
        using var spans = new EndedSpans();
        await using var queue = new HeldQueue();
        var untraced = await queue.HoldAsync();
        var first = Ask.Traced(() => queue.Enqueue(1));
        var second = Ask.Traced(() => queue.Enqueue(2));
        await queue.LetGoAsync(untraced, first.Answer, second.Answer);

        var waiting = Assert.Single(spans.Of(first), span => span.DisplayName == "wait probe");
        Assert.Equal(first.Caller.SpanId, waiting.ParentSpanId);
        var batch = Assert.Single(spans.Of(first), span => span.DisplayName == "batch probe");
        Assert.Equal(waiting.SpanId, batch.ParentSpanId);
        Assert.Equal(2, batch.GetTagItem("webrana.batch.size"));
        Assert.Equal(batch.SpanId, queue.Executions[1].Span); // what is started in there, a statement's span, hangs below it

        var other = Assert.Single(spans.Of(second));
        Assert.Equal(("wait probe", second.Caller.SpanId), (other.DisplayName, other.ParentSpanId));
        Assert.Equal((batch.TraceId, batch.SpanId), Target(Assert.Single(other.Links)));
        Assert.Equal((other.TraceId, other.SpanId), Target(Assert.Single(batch.Links)));
        Assert.All(new[] { waiting, batch, other }, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
    }

    [Fact]
    public async Task Everybody_leads_to_a_batch_and_it_leads_to_a_bounded_number()
    {
        using var spans = new EndedSpans();
        await using var queue = new HeldQueue();
        var untraced = await queue.HoldAsync();
        var asked = Enumerable.Range(0, 100).Select(n => Ask.Traced(() => queue.Enqueue(n))).ToList();
        await queue.LetGoAsync([untraced, .. asked.Select(one => one.Answer)]);

        var batch = Assert.Single(spans.Of(asked[0]), span => span.DisplayName == "batch probe");
        Assert.Equal(BatchSpans.MaxLinks, batch.Links.Count());
        Assert.All(asked.Skip(1), one => Assert.Equal((batch.TraceId, batch.SpanId), Target(Assert.Single(Assert.Single(spans.Of(one)).Links))));
    }

    [Fact]
    public async Task Without_anybody_who_listens_no_span_is_made()
    {
        await using var queue = new HeldQueue();
        var untraced = await queue.HoldAsync();
        var asked = Ask.Traced(() => queue.Enqueue(1));
        await queue.LetGoAsync(untraced, asked.Answer);
        Assert.All(queue.Executions, execution => Assert.Equal(Nothing, execution));
    }

    [Fact]
    public async Task Whoever_asks_outside_a_trace_or_in_one_that_is_not_kept_gets_no_span()
    {
        using var spans = new EndedSpans();
        await using var queue = new HeldQueue();
        var untraced = await queue.HoldAsync();
        var unkept = Ask.Traced(() =>
        {
            Activity.Current!.ActivityTraceFlags = ActivityTraceFlags.None;
            return queue.Enqueue(1);
        });
        await queue.LetGoAsync(untraced, unkept.Answer);
        Assert.All(queue.Executions, execution => Assert.Equal(Nothing, execution));
        Assert.Empty(spans.Of(unkept));
    }

    /// <summary>Stores are built when they are first needed, within some request.</summary>
    [Fact]
    public async Task A_queue_that_is_built_within_a_trace_does_not_work_in_it()
    {
        using var spans = new EndedSpans();
        var built = Ask.Traced(() => Task.FromResult(new HeldQueue()));
        await using var queue = await built.Answer;
        var untraced = await queue.HoldAsync();
        await queue.LetGoAsync(untraced);
        Assert.Equal(Nothing, Assert.Single(queue.Executions));
        Assert.Empty(spans.Of(built));
    }

    [Fact]
    public async Task The_spans_of_a_batch_that_failed_say_so_and_not_what_it_held()
    {
        using var spans = new EndedSpans();
        await using var queue = new HeldQueue(_ => throw new InvalidOperationException("value 0812-3456"));
        var untraced = await queue.HoldAsync();
        var first = Ask.Traced(() => queue.Enqueue(1));
        var second = Ask.Traced(() => queue.Enqueue(2));
        await queue.LetGoAsync();
        foreach (var answer in new[] { untraced, first.Answer, second.Answer }) await Assert.ThrowsAsync<InvalidOperationException>(() => answer);

        var batch = Assert.Single(spans.Of(first), span => span.DisplayName == "batch probe");
        Assert.Equal((ActivityStatusCode.Error, "2 of 2 failed"), (batch.Status, batch.StatusDescription));
        var waits = spans.Of(first).Concat(spans.Of(second)).Where(span => span.DisplayName == "wait probe").ToList();
        Assert.Equal(2, waits.Count);
        Assert.All(waits, wait => Assert.Equal((ActivityStatusCode.Error, nameof(InvalidOperationException)), (wait.Status, wait.StatusDescription)));
    }

    [Fact]
    public async Task Of_a_batch_that_was_halved_the_guilty_ones_span_fails_and_its_neighbours_do_not()
    {
        using var spans = new EndedSpans();
        await using var queue = new HeldQueue(request =>
        {
            if (request.Input == 2) request.Fail(new ArgumentException("a refused value"));
            else request.Answer(request.Input);
        });
        var untraced = await queue.HoldAsync();
        var good = Ask.Traced(() => queue.Enqueue(1));
        var guilty = Ask.Traced(() => queue.Enqueue(2));
        await queue.LetGoAsync(untraced, good.Answer);
        await Assert.ThrowsAsync<ArgumentException>(() => guilty.Answer);

        var batch = Assert.Single(spans.Of(good), span => span.DisplayName == "batch probe");
        Assert.Equal((ActivityStatusCode.Error, "1 of 2 failed"), (batch.Status, batch.StatusDescription));
        Assert.Equal(ActivityStatusCode.Unset, Assert.Single(spans.Of(good), span => span.DisplayName == "wait probe").Status);
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(spans.Of(guilty)).Status);
    }

    [Fact]
    public async Task Whoever_waits_goes_on_in_their_own_span()
    {
        using var spans = new EndedSpans();
        await using var queue = new HeldQueue();
        var untraced = await queue.HoldAsync();
        var asked = Ask.Traced(async () =>
        {
            await queue.Enqueue(1);
            return Activity.Current;
        });
        await queue.LetGoAsync(untraced);
        Assert.Same(asked.Caller, await asked.Answer);
    }

    private static (ActivityTraceId Trace, ActivitySpanId Span) Target(ActivityLink link) => (link.Context.TraceId, link.Context.SpanId);

    /// <summary>A queue whose one worker is held at its first request, so that what is asked meanwhile becomes one batch.</summary>
    private sealed class HeldQueue : IAsyncDisposable
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Action<Request<int, int>> _answer;
        private readonly BatchQueue<int, int> _queue;

        public HeldQueue(Action<Request<int, int>>? answer = null)
        {
            _answer = answer ?? (request => request.Answer(request.Input));
            _queue = new("probe", 1, Take, ExecuteAsync);
        }

        /// <summary>Of each batch, the span it was executed in, and how many of its requests have one of their own.</summary>
        public List<(ActivitySpanId? Span, int Waiting)> Executions { get; } = [];

        public Task<int> Enqueue(int input) => _queue.Enqueue(input);

        /// <summary>Asks outside all traces, and is back when the worker has it.</summary>
        public async Task<Task<int>> HoldAsync()
        {
            Activity.Current = null;
            var answer = _queue.Enqueue(0);
            await _held.Task;
            return answer;
        }

        /// <summary>Until these are answered and the worker has ended what it began.</summary>
        public async Task LetGoAsync(params Task[] answers)
        {
            _gate.TrySetResult();
            await Task.WhenAll(answers);
            await _queue.DisposeAsync();
        }

        public async ValueTask DisposeAsync() => await LetGoAsync();

        private static void Take(ChannelReader<Request<int, int>> queue, List<Request<int, int>> batch)
        {
            while (queue.TryRead(out var next)) batch.Add(next);
        }

        private async Task ExecuteAsync(List<Request<int, int>> batch)
        {
            Executions.Add((Activity.Current?.SpanId, batch.Count(request => request.Waiting is not null)));
            _held.TrySetResult();
            await _gate.Task;
            foreach (var request in batch) _answer(request);
        }
    }
}
