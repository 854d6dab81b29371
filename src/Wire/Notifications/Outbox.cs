using System.Text.Json.Serialization;

namespace Webrana.Wire.Notifications;

/// <summary>One delivery that has not succeeded: an item of <c>GET /internal/outbox?stage=&amp;limit=&amp;cursor=</c>.</summary>
/// <param name="Id">Of the delivery; <c>POST /internal/outbox/{id}/resend</c> tries it again at once.</param>
/// <param name="NotificationId">Of what is to be told.</param>
/// <param name="Type">Its kind.</param>
/// <param name="UserId">To whom.</param>
/// <param name="Email">Of the customer; null when the account is gone.</param>
/// <param name="Channel">By which way.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Attempts">So far.</param>
/// <param name="Answer">What the other side said last.</param>
/// <param name="CreatedAt">Since when it waits.</param>
/// <param name="TryAt">When it is tried next; null when it is not.</param>
public sealed record OutboxItem(
    string Id, string NotificationId, string Type, string UserId, string? Email, DeliveryChannel Channel, DeliveryStage Stage, int Attempts, string? Answer,
    DateTimeOffset CreatedAt, DateTimeOffset? TryAt);

/// <summary>A page of the outbox, with what waits in all of it.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Waiting">Deliveries that are being tried.</param>
/// <param name="OldestWaiting">Since when the oldest of them waits; null when none does.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record OutboxPage(IReadOnlyList<OutboxItem> Items, long Waiting, DateTimeOffset? OldestWaiting, string? NextCursor = null);

/// <summary>A way to a customer.</summary>
[JsonConverter(typeof(WireEnumConverter<DeliveryChannel>))]
public enum DeliveryChannel
{
    [JsonStringEnumMemberName("MAIL")] Mail,
    [JsonStringEnumMemberName("TELEGRAM")] Telegram,
    [JsonStringEnumMemberName("WEBHOOK")] Webhook,
}

/// <summary>Where a delivery stands.</summary>
[JsonConverter(typeof(WireEnumConverter<DeliveryStage>))]
public enum DeliveryStage
{
    /// <summary>Is tried, and again.</summary>
    [JsonStringEnumMemberName("WAITING")] Waiting,

    /// <summary>The other side took it.</summary>
    [JsonStringEnumMemberName("ACCEPTED")] Accepted,

    /// <summary>The other side said no for good.</summary>
    [JsonStringEnumMemberName("REFUSED")] Refused,

    /// <summary>Three days in vain.</summary>
    [JsonStringEnumMemberName("GIVEN_UP")] GivenUp,
}

/// <summary>A kind of notice in both languages, with sample figures: <c>GET /internal/notices</c>.</summary>
/// <param name="Type">Its code.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Mandatory">Cannot be switched off.</param>
/// <param name="Indonesian">What is sent to most.</param>
/// <param name="English">And to those who chose English.</param>
public sealed record NoticePreview(string Type, NotificationGroup Group, bool Mandatory, NoticeWords Indonesian, NoticeWords English);

/// <summary>A notice in one language.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Body">One thought.</param>
/// <param name="Html">The mail.</param>
/// <param name="Text">Its plain-text twin.</param>
public sealed record NoticeWords(string Subject, string Body, string Html, string Text);
