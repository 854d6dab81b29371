using System.Text.Json.Serialization;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Grains.Common;

namespace Webrana.Grains.Accounts;

/// <summary>A person's contact copy and the mails that still have to leave. Times in unix ms.</summary>
public sealed record AccountState : IDurable<AccountState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("contact")] public StoredContact? Contact { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAtMs { get; init; }

    /// <summary>Mails not yet taken by the mail server, oldest first.</summary>
    [JsonPropertyName("outbox")] public IReadOnlyList<OutboxMail> Outbox { get; init; } = [];

    /// <summary>Ids of the last mails that left (or were given up), newest last: the same id is not sent again.</summary>
    [JsonPropertyName("done")] public IReadOnlyList<string> DoneIds { get; init; } = [];

    /// <summary>True once the person's rewards heard that the address is confirmed.</summary>
    [JsonPropertyName("rewardsTold")] public bool RewardsTold { get; init; }

    /// <summary>True while a confirmed person's rewards have still to hear of it.</summary>
    [JsonIgnore] public bool OwesRewards => Contact is { EmailConfirmed: true } && !RewardsTold;

    /// <summary>When the outbox is tried next, or the rewards are told; null when nothing waits.</summary>
    [JsonIgnore] public long? DueAtMs => OwesRewards ? CreatedAtMs : Outbox.Count == 0 ? null : Outbox.Min(mail => mail.TryAtMs);

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(Contact?.User.ToString("D"), Contact is null ? null : "ACTIVE", DueAtMs, CreatedAtMs);
}

/// <summary>Where to write to, and in which language.</summary>
public sealed record StoredContact(
    [property: JsonPropertyName("user")] Guid User,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("phone")] string? Phone,
    [property: JsonPropertyName("locale")] string Locale,
    [property: JsonPropertyName("confirmed")] bool EmailConfirmed = false,
    [property: JsonPropertyName("referredBy")] Guid? ReferredBy = null)
{
    internal static StoredContact Of(AccountContact contact) => new(contact.User.Value, contact.Email, contact.Name, contact.Phone, contact.Locale,
        contact.EmailConfirmed, contact.ReferredBy?.Value);

    internal AccountContact ToView() => new(new UserId(User), Email, Name, Phone, Locale, EmailConfirmed, Referrer);

    internal UserId? Referrer => ReferredBy is { } referrer ? new UserId(referrer) : null;
}

/// <summary>One mail on its way out.</summary>
/// <param name="Failures">Attempts that the mail server did not take.</param>
/// <param name="TryAtMs">Not before this.</param>
public sealed record OutboxMail(
    [property: JsonPropertyName("id")] string MailId,
    [property: JsonPropertyName("template"), JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))] NoticeKind Kind,
    [property: JsonPropertyName("values")] IReadOnlyDictionary<string, string> Values,
    [property: JsonPropertyName("failures")] int Failures,
    [property: JsonPropertyName("tryAt")] long TryAtMs)
{
    internal Notice ToNotice() => new(MailId, Kind, Values);
}
