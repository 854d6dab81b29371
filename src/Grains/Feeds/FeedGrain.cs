using Microsoft.Extensions.Logging;
using Orleans.Utilities;
using Webrana.Contracts.Feeds;

namespace Webrana.Grains.Feeds;

/// <summary>Live hints for one user's open pages. Nothing here is durable, on purpose: a page that misses an event reads again.</summary>
[GrainType("feed")]
public sealed class FeedGrain(ILogger<FeedGrain> log) : Grain, IFeedGrain
{
    /// <summary>How long a subscription lives without being renewed.</summary>
    public static readonly TimeSpan Lapse = TimeSpan.FromMinutes(2);

    private readonly ObserverManager<IFeedObserver> _observers = new(Lapse, log);

    // A new activation counts from zero again; its own epoch keeps a reader from taking that for continuity.
    private readonly string _epoch = Guid.NewGuid().ToString("N");
    private long _sequence;

    /// <inheritdoc/>
    public Task Publish(UserEventKind kind, string subjectId)
    {
        var userEvent = new UserEvent(_epoch, ++_sequence, kind, subjectId);
        return _observers.Notify(observer => observer.OnEvent(userEvent));
    }

    /// <inheritdoc/>
    public Task<FeedPosition> Subscribe(IFeedObserver observer)
    {
        _observers.Subscribe(observer, observer);
        return Task.FromResult(new FeedPosition(_epoch, _sequence));
    }

    /// <inheritdoc/>
    public Task Unsubscribe(IFeedObserver observer)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }
}
