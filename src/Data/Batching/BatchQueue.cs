using System.Threading.Channels;

namespace Webrana.Data.Batching;

/// <summary>One question waiting in a <see cref="BatchQueue{TInput,TAnswer}"/>.</summary>
internal sealed class Request<TInput, TAnswer>(TInput input)
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TInput Input { get; } = input;

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
    private readonly Task[] _workers;

    // Workers take one after another: `take` may peek before it reads.
    private readonly Lock _taking = new();

    public BatchQueue(
        int workers,
        Action<ChannelReader<Request<TInput, TAnswer>>, List<Request<TInput, TAnswer>>> take,
        Func<List<Request<TInput, TAnswer>>, Task> execute)
    {
        _take = take;
        _execute = execute;
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync))];
    }

    public Task<TAnswer> Enqueue(TInput input)
    {
        var request = new Request<TInput, TAnswer>(input);
        if (!_queue.Writer.TryWrite(request)) request.Fail(new ObjectDisposedException(nameof(BatchQueue<,>)));
        return request.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    private async Task WorkAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var batch = new List<Request<TInput, TAnswer>>();
            lock (_taking) _take(_queue.Reader, batch);
            if (batch.Count == 0) continue;
            try
            {
                await _execute(batch);
            }
            catch (Exception exception)
            {
                // Whoever waits must hear of it; the worker itself lives on.
                foreach (var request in batch) request.Fail(exception);
            }
        }
    }
}
