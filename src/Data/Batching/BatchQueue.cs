using System.Diagnostics;
using System.Threading.Channels;

namespace Webrana.Data.Batching;

/// <summary>One question waiting in a <see cref="BatchQueue{TInput,TAnswer}"/>.</summary>
internal sealed class Request<TInput, TAnswer>(TInput input, Activity? waiting = null)
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TInput Input { get; } = input;

    /// <summary>The span of whoever waits for the answer; null outside traces.</summary>
    public Activity? Waiting { get; } = waiting;

    public Task<TAnswer> Task => _answer.Task;

    public void Answer(TAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}

/// <summary>
/// Collects requests and works them off in batches with a fixed number of workers. No timer: an idle worker takes a lone request at once;
/// while all are busy the next batch grows by itself.
/// </summary>
internal sealed class BatchQueue<TInput, TAnswer> : IAsyncDisposable
{
    private readonly Channel<Request<TInput, TAnswer>> _queue = Channel.CreateUnbounded<Request<TInput, TAnswer>>();
    private readonly Action<ChannelReader<Request<TInput, TAnswer>>, List<Request<TInput, TAnswer>>> _take;
    private readonly Func<List<Request<TInput, TAnswer>>, Task> _execute;
    private readonly BatchSpans _spans;
    private readonly Task[] _workers;

    // Workers take one after another: `take` may peek before it reads.
    private readonly Lock _taking = new();

    /// <param name="name">What the queue is called in traces.</param>
    /// <param name="workers">Batches in flight at once.</param>
    /// <param name="take">Moves what shall be the next batch out of the queue.</param>
    /// <param name="execute">Answers all of a batch, or throws and lets the queue tell them.</param>
    public BatchQueue(
        string name,
        int workers,
        Action<ChannelReader<Request<TInput, TAnswer>>, List<Request<TInput, TAnswer>>> take,
        Func<List<Request<TInput, TAnswer>>, Task> execute)
    {
        _take = take;
        _execute = execute;
        _spans = new BatchSpans(name);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync))];
    }

    public Task<TAnswer> Enqueue(TInput input) => BatchSpans.IsTraced ? EnqueueTracedAsync(input) : Put(new Request<TInput, TAnswer>(input));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    // A method of its own: a span becomes Activity.Current where it is begun, and ends with this method's flow instead of the caller's.
    private async Task<TAnswer> EnqueueTracedAsync(TInput input)
    {
        using var waiting = _spans.StartWaiting();
        try
        {
            // Not by the caller's scheduler: the wait is over with the answer, not when a grain has its next turn.
            return await Put(new Request<TInput, TAnswer>(input, waiting)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            BatchSpans.SayFailure(waiting, exception);
            throw;
        }
    }

    private Task<TAnswer> Put(Request<TInput, TAnswer> request)
    {
        if (!_queue.Writer.TryWrite(request)) request.Fail(new ObjectDisposedException(nameof(BatchQueue<,>)));
        return request.Task;
    }

    private async Task WorkAsync()
    {
        // Whoever built the queue may have done so within a request, whose trace is not that of everything worked off here.
        Activity.Current = null;
        while (await _queue.Reader.WaitToReadAsync())
        {
            var batch = new List<Request<TInput, TAnswer>>();
            lock (_taking) _take(_queue.Reader, batch);
            if (batch.Count == 0) continue;
            try
            {
                await ExecuteAsync(batch);
            }
            catch (Exception exception)
            {
                // Whoever waits must hear of it; the worker itself lives on.
                foreach (var request in batch) request.Fail(exception);
            }
        }
    }

    private async Task ExecuteAsync(List<Request<TInput, TAnswer>> batch)
    {
        using var span = _spans.StartBatch(batch);
        try
        {
            await _execute(batch);
        }
        finally
        {
            if (span is not null) BatchSpans.SayFailures(span, batch);
        }
    }
}
