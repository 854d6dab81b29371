using System.Threading.Channels;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Feeds;

namespace Webrana.Api.Events;

/// <summary>
/// One open stream's place in its user's feed. Bounded: a reader too slow for it loses what is queued and is told to read everything
/// again, instead of costing the process its memory.
/// </summary>
internal sealed class FeedSubscription : IFeedObserver, IAsyncDisposable
{
    private const int MostQueued = 256;

    // A subscription lapses after two minutes; renewing it this often survives one lost renewal.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(45);

    private readonly Channel<UserEvent> _queue = Channel.CreateBounded<UserEvent>(
        new BoundedChannelOptions(MostQueued) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly IClusterClient _cluster;
    private readonly IFeedGrain _feed;
    private readonly IFeedObserver _reference;
    private readonly TimeProvider _clock;
    private DateTimeOffset _renewAt;
    private int _overflowed;

    private FeedSubscription(IClusterClient cluster, UserId user, TimeProvider clock)
    {
        _cluster = cluster;
        _clock = clock;
        _feed = cluster.GetGrain<IFeedGrain>(GrainKeys.Feed(user));
        _reference = cluster.CreateObjectReference<IFeedObserver>(this);
    }

    /// <summary>Where the feed stood when it was subscribed to last.</summary>
    public FeedPosition Position { get; private set; } = new("", 0);

    public ChannelReader<UserEvent> Events => _queue.Reader;

    public static async Task<FeedSubscription> OpenAsync(IClusterClient cluster, UserId user, TimeProvider clock)
    {
        var subscription = new FeedSubscription(cluster, user, clock);
        await subscription.RenewAsync();
        return subscription;
    }

    /// <summary>Keeps the subscription alive. True when the feed went on without us, so that everything must be read again.</summary>
    public async Task<bool> RenewWhenDueAsync()
    {
        if (_clock.GetUtcNow() < _renewAt)
            return false;
        var before = Position.Epoch;
        await RenewAsync();
        return before != Position.Epoch;
    }

    /// <summary>True once when events were lost here; the queue is emptied, because what is in it is older than the reading that follows.</summary>
    public bool TakeOverflow()
    {
        if (Interlocked.Exchange(ref _overflowed, 0) == 0)
            return false;
        while (_queue.Reader.TryRead(out _))
        {
        }

        return true;
    }

    /// <inheritdoc/>
    public Task OnEvent(UserEvent userEvent)
    {
        if (!_queue.Writer.TryWrite(userEvent))
            Interlocked.Exchange(ref _overflowed, 1);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _feed.Unsubscribe(_reference);
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            // It lapses by itself within two minutes.
        }

        _cluster.DeleteObjectReference<IFeedObserver>(_reference);
    }

    private async Task RenewAsync()
    {
        Position = await _feed.Subscribe(_reference);
        _renewAt = _clock.GetUtcNow() + Renewal;
    }
}
