using Webrana.Client;

namespace Webrana.Web.Live;

/// <summary>One event stream per user and process, however many tabs and circuits the user has open.</summary>
/// <param name="time">Spaces the tries to reconnect.</param>
/// <param name="spread">Keeps streams that broke together from coming back together.</param>
/// <param name="log">Of the streams.</param>
public sealed class UserEventHub(TimeProvider time, Random spread, ILogger<UserEventHub> log)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, UserEventStream> _streams = [];

    /// <summary>How many users are being listened to.</summary>
    public int OpenStreams
    {
        get
        {
            lock (_lock) return _streams.Count;
        }
    }

    /// <summary>Calls <paramref name="onChange"/> for every change until the answer is disposed. The call comes from any thread and must return at once.</summary>
    /// <param name="userId">Whose changes.</param>
    /// <param name="session">May be used to open the shared stream.</param>
    /// <param name="onChange">The listener.</param>
    public IDisposable Subscribe(string userId, WebranaSession session, Action<LiveChange> onChange)
    {
        var subscriber = new Subscriber(session, onChange);
        lock (_lock)
        {
            if (!_streams.TryGetValue(userId, out var stream)) _streams[userId] = stream = new UserEventStream(time, spread, log);
            stream.Add(subscriber);
        }

        return new Subscription(this, userId, subscriber);
    }

    void Remove(string userId, Subscriber subscriber)
    {
        lock (_lock)
        {
            if (!_streams.TryGetValue(userId, out var stream) || !stream.Remove(subscriber)) return;
            // The last listener left: hang up, so that a closed tab costs the API nothing.
            _streams.Remove(userId);
            stream.Dispose();
        }
    }

    sealed class Subscription(UserEventHub hub, string userId, Subscriber subscriber) : IDisposable
    {
        public void Dispose() => hub.Remove(userId, subscriber);
    }
}

/// <summary>One circuit's interest in its user's changes.</summary>
/// <param name="Session">Opens the stream.</param>
/// <param name="OnChange">The listener.</param>
sealed record Subscriber(WebranaSession Session, Action<LiveChange> OnChange);
