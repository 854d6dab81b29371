namespace Webrana.Sandbox.Tripay;

/// <summary>Wakes the engine, its only waiter. Setting it often while the engine is busy wakes it once.</summary>
sealed class Pulse
{
    readonly Lock _gate = new();
    TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set()
    {
        lock (_gate) _next.TrySetResult();
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Task next;
        lock (_gate) next = _next.Task;
        await next.WaitAsync(cancellationToken);

        // From here on everything set is news: the engine looks at the whole state after this.
        lock (_gate) _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
