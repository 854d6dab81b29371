namespace Webrana.Api.Consoles;

/// <summary>
/// Does the blocking calls of one line, one after the other, on a thread of its own: one that waits for its server keeps this thread, and none of
/// the pool's, which all requests share. A line that has nothing to do has none.
/// </summary>
internal sealed class LineThread
{
    // Somebody who types keeps it.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly Queue<(Action Work, TaskCompletionSource Done)> _waiting = new();
    private bool _isRunning;

    /// <summary>Completes, or fails, as the work does.</summary>
    public Task DoAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            // First the thread: where there can be none, nothing is left waiting for it.
            if (!_isRunning)
                new Thread(Run) { IsBackground = true, Name = "console line" }.UnsafeStart();
            _isRunning = true;
            _waiting.Enqueue((work, done));
            Monitor.Pulse(_waiting);
        }

        return done.Task;
    }

    private void Run()
    {
        while (Next() is { } next)
        {
            try
            {
                next.Work();
                next.Done.SetResult();
            }
            catch (Exception failed)
            {
                next.Done.SetException(failed);
            }
        }
    }

    private (Action Work, TaskCompletionSource Done)? Next()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                if (Monitor.Wait(_waiting, Linger) || _waiting.Count > 0)
                    continue;
                _isRunning = false;
                return null;
            }

            return _waiting.Dequeue();
        }
    }
}
