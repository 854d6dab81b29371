namespace Webrana.Contracts.Notifications;

/// <summary>Where a kind of notice goes. Webhooks are chosen apart from it, each by its own list of events.</summary>
[Flags, GenerateSerializer, Alias("notice-channels")]
public enum NoticeChannels
{
    None = 0,
    Mail = 1,
    Panel = 2,
    Telegram = 4,
    All = Mail | Panel | Telegram,
}

/// <param name="Kind">One kind that the customer may hear of in the panel.</param>
/// <param name="Channels">Where it goes now.</param>
[GenerateSerializer, Immutable, Alias("notice-preference")]
public sealed record NoticePreference([property: Id(0)] NoticeKind Kind, [property: Id(1)] NoticeChannels Channels);

/// <param name="Kinds">Every kind that is shown in the panel.</param>
/// <param name="BalanceAlertIdr">The line below which the balance is told of; null for none.</param>
/// <param name="Telegram">The chat that is linked, by the name it had; null for none.</param>
[GenerateSerializer, Immutable, Alias("notice-preferences")]
public sealed record NoticePreferences(
    [property: Id(0)] IReadOnlyList<NoticePreference> Kinds, [property: Id(1)] long? BalanceAlertIdr, [property: Id(2)] string? Telegram);

/// <param name="Kinds">What changes; the others stay.</param>
/// <param name="SetBalanceAlert">Whether <paramref name="BalanceAlertIdr"/> is to be stored.</param>
/// <param name="BalanceAlertIdr">Null switches the alert off.</param>
[GenerateSerializer, Immutable, Alias("change-notice-preferences")]
public sealed record ChangeNoticePreferences(
    [property: Id(0)] IReadOnlyList<NoticePreference> Kinds, [property: Id(1)] bool SetBalanceAlert, [property: Id(2)] long? BalanceAlertIdr);

/// <summary>Whether a notice reached its customer.</summary>
/// <param name="State">What to make of it.</param>
/// <param name="ToldAt">When it was taken into the outbox; null when it never was.</param>
/// <param name="DeliveredAt">The earlier of: accepted by the mail server, opened in the panel. Null for not (yet).</param>
[GenerateSerializer, Immutable, Alias("notice-delivery")]
public sealed record NoticeDelivery(
    [property: Id(0)] NoticeDeliveryState State, [property: Id(1)] DateTimeOffset? ToldAt, [property: Id(2)] DateTimeOffset? DeliveredAt);

/// <summary>Where one notice stands.</summary>
[GenerateSerializer, Alias("notice-delivery-state")]
public enum NoticeDeliveryState
{
    /// <summary>Nobody gave such a notice.</summary>
    Unknown,

    /// <summary>Neither mailed nor opened yet.</summary>
    Waiting,

    /// <summary>Accepted by the mail server, or opened in the panel.</summary>
    Delivered,

    /// <summary>Its mail was refused or given up, and it was not opened: admins see it in the outbox.</summary>
    Undeliverable,
}
