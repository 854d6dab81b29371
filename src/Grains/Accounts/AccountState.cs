using System.Text.Json.Serialization;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Grains.Common;

namespace Webrana.Grains.Accounts;

/// <summary>A person's contact copy and how the person chose to be told. Times in unix ms.</summary>
public sealed record AccountState : IDurable<AccountState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("contact")] public StoredContact? Contact { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAtMs { get; init; }

    /// <summary>Mails that an earlier release kept here; they are rows now, and move there when the grain is next woken.</summary>
    [JsonPropertyName("outbox")] public IReadOnlyList<OutboxMail> OldOutbox { get; init; } = [];

    /// <summary>Ids of mails that left when they were kept here: they are not sent again.</summary>
    [JsonPropertyName("done")] public IReadOnlyList<string> DoneIds { get; init; } = [];

    /// <summary>Kind → channels, for what differs from the default; see <see cref="NoticeChoices"/>.</summary>
    [JsonPropertyName("choices")] public IReadOnlyDictionary<string, int> Choices { get; init; } = new Dictionary<string, int>();

    /// <summary>The line below which the balance is told of. The ledger's pump reads it here, by name.</summary>
    [JsonPropertyName("balanceAlert")] public long? BalanceAlertIdr { get; init; }

    /// <summary>The linked chat.</summary>
    [JsonPropertyName("telegram")] public TelegramLink? Telegram { get; init; }

    /// <summary>True once the person's rewards heard that the address is confirmed.</summary>
    [JsonPropertyName("rewardsTold")] public bool RewardsTold { get; init; }

    /// <summary>True once the account was closed: an id is nobody else's later, so no contact is ever put here again. Rewards are told of a contact only.</summary>
    [JsonIgnore] public bool IsForgotten => Contact is null && RewardsTold;

    /// <summary>True while a confirmed person's rewards have still to hear of it.</summary>
    [JsonIgnore] public bool OwesRewards => Contact is { EmailConfirmed: true } && !RewardsTold;

    /// <summary>When the rewards are told, or old mails moved; null when nothing waits.</summary>
    [JsonIgnore] public long? DueAtMs => OwesRewards ? CreatedAtMs : OldOutbox.Count == 0 ? null : OldOutbox.Min(mail => mail.TryAtMs);

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

/// <summary>A Telegram chat that may be written to.</summary>
public sealed record TelegramLink([property: JsonPropertyName("chat")] long ChatId, [property: JsonPropertyName("name")] string Name);

/// <summary>One mail on its way out, as an earlier release stored it.</summary>
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
