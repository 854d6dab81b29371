using System.Collections.Concurrent;
using Webrana.Contracts;

namespace Webrana.Api.Events;

/// <summary>A user has at most so many open streams in this process: each holds a connection and a subscription.</summary>
public sealed class StreamLimit
{
    private const int MostPerUser = 20;

    private readonly ConcurrentDictionary<UserId, int> _open = new();

    /// <summary>A place to be disposed of, or null when all are taken.</summary>
    public IDisposable? TryEnter(UserId user)
    {
        if (_open.AddOrUpdate(user, 1, (_, open) => open + 1) <= MostPerUser)
            return new Place(this, user);
        Leave(user);
        return null;
    }

    private void Leave(UserId user)
    {
        _open.AddOrUpdate(user, 0, (_, open) => open - 1);
        _open.TryRemove(new KeyValuePair<UserId, int>(user, 0));
    }

    private sealed class Place(StreamLimit limit, UserId user) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                limit.Leave(user);
        }
    }
}
