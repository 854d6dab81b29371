using Webrana.Client.Events;
using Webrana.Wire.Events;

namespace Webrana.Web.Live;

/// <summary>Keeps one user's stream open and hands every event to all listeners. Events are hints, so after any doubt it hands out a resync.</summary>
sealed partial class UserEventStream(TimeProvider time, Random spread, ILogger log) : IDisposable
{
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly CancellationTokenSource _stop = new();
    Subscriber[] _subscribers = [];
    Task? _loop;

    public void Add(Subscriber subscriber)
    {
        lock (_lock)
        {
            _subscribers = [.. _subscribers, subscriber];
            if (_loop is not null) return;
            var stop = _stop.Token;
            _loop = Task.Run(() => RunAsync(stop), stop);
        }
    }

    /// <returns>True when nobody listens any more.</returns>
    public bool Remove(Subscriber subscriber)
    {
        lock (_lock)
        {
            _subscribers = [.. _subscribers.Where(other => other != subscriber)];
            return _subscribers.Length == 0;
        }
    }

    /// <summary>Hangs up.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    // The token is passed on, because the source is disposed while the loop is still on its way out.
    async Task RunAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await ListenAsync(failures, stop)) failures = 0;
                else failures++;
                await Task.Delay(Wait(failures), time, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception unexpected)
            {
                // A bug in one stream must not silence a user's panel for good.
                LogBroken(log, unexpected);
                failures++;
            }
        }
    }

    /// <returns>Whether the stream could be opened at all.</returns>
    async Task<bool> ListenAsync(int failures, CancellationToken stop)
    {
        var subscribers = Volatile.Read(ref _subscribers);
        if (subscribers.Length == 0) return false;
        // Another tab's sign-in may still be good when the first one's has ended.
        var opened = await subscribers[failures % subscribers.Length].Session.OpenEventsAsync(stop);
        if (!opened.IsOk)
        {
            LogNotOpened(log, opened.Failure.Code);
            return false;
        }

        await using var events = opened.Value;
        EventPosition? last = null;
        await foreach (var next in events.ReadAllAsync(stop))
        {
            // The API says so itself at the start and whenever its own feed broke; a jump says the same.
            var missed = next.Type == EventTypes.StreamOpened || (last is { } before && next.Position is { } now && !now.Follows(before));
            last = next.Position ?? last;
            Publish(missed ? LiveChange.Resync : new LiveChange(next));
        }

        return true;
    }

    void Publish(LiveChange change)
    {
        foreach (var subscriber in Volatile.Read(ref _subscribers)) subscriber.OnChange(change);
    }

    TimeSpan Wait(int failures)
    {
        var seconds = Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(failures, 10)) / 2);
        // Spread, or every panel would return in the same second after an API restart.
        return TimeSpan.FromSeconds(seconds * (0.5 + spread.NextDouble() / 2));
    }

    [LoggerMessage(1, LogLevel.Debug, "Event stream not opened: {Code}")]
    static partial void LogNotOpened(ILogger logger, string code);

    [LoggerMessage(2, LogLevel.Error, "Event stream broke")]
    static partial void LogBroken(ILogger logger, Exception exception);
}
