using Orleans.Concurrency;

namespace Webrana.Contracts.Feeds;

/// <summary>
/// Live hints for one user's open pages. Holds nothing durable: an event says "look again", never what the truth is. Sequence numbers
/// count within one <c>Epoch</c> (one activation), so that a reader who sees a gap or a new epoch re-reads. Key <c>feed:{userId}</c>.
/// </summary>
[Alias("feed")]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>Tells every subscriber. One-way and best effort: losing it costs a page its liveness, never its truth.</summary>
    [OneWay, AlwaysInterleave, Alias("publish")]
    Task Publish(UserEventKind kind, string subjectId);

    /// <summary>Subscribes or renews; a subscription not renewed for two minutes lapses.</summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("subscribe")]
    Task<FeedPosition> Subscribe(IFeedObserver observer);

    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("unsubscribe")]
    Task Unsubscribe(IFeedObserver observer);
}

/// <summary>Receives a user's events in an API process.</summary>
[Alias("feed-observer")]
public interface IFeedObserver : IGrainObserver
{
    [OneWay, Alias("on-event")]
    Task OnEvent(UserEvent userEvent);
}

/// <summary>Where the feed stands at the moment of subscribing.</summary>
[GenerateSerializer, Immutable, Alias("feed-position")]
public sealed record FeedPosition([property: Id(0)] string Epoch, [property: Id(1)] long Sequence);

/// <summary>One hint: this subject changed.</summary>
[GenerateSerializer, Immutable, Alias("user-event")]
public sealed record UserEvent(
    [property: Id(0)] string Epoch,
    [property: Id(1)] long Sequence,
    [property: Id(2)] UserEventKind Kind,
    [property: Id(3)] string SubjectId);

/// <summary>What changed; on the wire <c>instance.changed</c> and so on.</summary>
[GenerateSerializer, Alias("user-event-kind")]
public enum UserEventKind
{
    InstanceChanged,
    ActionChanged,
    WalletChanged,
    DepositChanged,
    NotificationCreated,

    /// <summary>A login of this user ended: whoever carries something of theirs looks whether it may go on.</summary>
    SignedOut,
}
