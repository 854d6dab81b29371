using System.Text.Json.Serialization;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;

namespace Webrana.Grains.Droplets;

/// <summary>The order as it was placed and priced; price and length follow the subscription.</summary>
public sealed record OrderPart
{
    [JsonPropertyName("owner")] public Guid Owner { get; init; }

    [JsonPropertyName("planId")] public string PlanId { get; init; } = "";

    [JsonPropertyName("priceVersion")] public int PriceVersion { get; init; }

    /// <summary>Rupiah per period: what it was ordered at, until an announced price or another length takes effect.</summary>
    [JsonPropertyName("priceIdr")] public long PriceIdr { get; init; }

    [JsonPropertyName("size")] public string ProviderSize { get; init; } = "";

    [JsonPropertyName("vcpus")] public int Vcpus { get; init; }

    [JsonPropertyName("memoryMb")] public int MemoryMb { get; init; }

    [JsonPropertyName("diskGb")] public int DiskGb { get; init; }

    [JsonPropertyName("transferTb")] public int TransferTb { get; init; }

    [JsonPropertyName("region")] public string Region { get; init; } = "";

    [JsonPropertyName("image")] public string Image { get; init; } = "";

    [JsonPropertyName("name")] public string Name { get; init; } = "";

    [JsonPropertyName("period"), JsonConverter(typeof(JsonStringEnumConverter<BillingPeriod>))]
    public BillingPeriod Period { get; init; }

    [JsonPropertyName("autoRenew")] public bool AutoRenew { get; init; }

    [JsonPropertyName("actor")] public string Actor { get; init; } = "";

    [JsonPropertyName("accountId")] public string AccountId { get; init; } = "";

    [JsonPropertyName("sshKeyIds")] public IReadOnlyList<string> SshKeyIds { get; init; } = [];

    /// <summary>
    /// The keys as they were when the order was placed, or when others were chosen at a rebuild: taking one out of the library later does
    /// not touch them.
    /// </summary>
    [JsonPropertyName("sshKeys")] public IReadOnlyList<ChosenKey> SshKeys { get; init; } = [];

    /// <summary>Until the provider has it; null afterwards, for it may hold secrets.</summary>
    [JsonPropertyName("userData")] public string? UserData { get; init; }

    /// <summary>It came with user data, which is not kept: whoever orders the same again has to bring it again.</summary>
    [JsonPropertyName("hadUserData")] public bool HadUserData { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAt { get; init; }

    [JsonPropertyName("status"), JsonConverter(typeof(JsonStringEnumConverter<OrderStatus>))]
    public OrderStatus Status { get; init; }

    [JsonPropertyName("failureReason")] public string? FailureReason { get; init; }
}

/// <summary>A public key of the customer's library, chosen for an order.</summary>
/// <param name="PublicKey">Type and base64, without a comment.</param>
/// <param name="Fingerprint"><c>SHA256:…</c></param>
public sealed record ChosenKey(
    [property: JsonPropertyName("publicKey")] string PublicKey,
    [property: JsonPropertyName("fingerprint")] string Fingerprint);

/// <summary>The create call. Times of real life (<c>…Real</c>) do not jump with the sandbox's clock: a socket does not either.</summary>
public sealed record CreationPart
{
    /// <summary>Creates that may have been sent. Never more than two.</summary>
    [JsonPropertyName("attempts")] public int Attempts { get; init; }

    /// <summary>Real unix ms from which on an empty tag listing proves that nothing was made.</summary>
    [JsonPropertyName("quietAtReal")] public long QuietAtReal { get; init; }

    /// <summary>An outcome was unknown once: more than one droplet may exist.</summary>
    [JsonPropertyName("doubt")] public bool Doubt { get; init; }

    /// <summary>Business unix ms after which the order is given up.</summary>
    [JsonPropertyName("deadline")] public long Deadline { get; init; }

    /// <summary>Real unix ms since when a droplet that was accepted is 404; null when it is not.</summary>
    [JsonPropertyName("missingSinceReal")] public long? MissingSinceReal { get; init; }

    /// <summary>The provider's create action ended in error.</summary>
    [JsonPropertyName("errored")] public bool Errored { get; init; }

    /// <summary>The owner was told that the provider's trouble holds the order up.</summary>
    [JsonPropertyName("toldDelay")] public bool ToldDelay { get; init; }

    /// <summary>Since when the provider cannot be given it or does not say how far it is, business unix ms, once that has lasted a while; else null.</summary>
    [JsonPropertyName("waitingSince"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? WaitingSince { get; init; }

    /// <summary>When it was found running; period 1 starts here.</summary>
    [JsonPropertyName("readyAt")] public long? ReadyAt { get; init; }

    /// <summary>Every droplet of the tag was accounted for after an end.</summary>
    [JsonPropertyName("swept")] public bool Swept { get; init; }
}

/// <summary>Our droplet at the provider.</summary>
public sealed record ProviderPart(
    [property: JsonPropertyName("id")] long Id,
    [property: JsonPropertyName("createdAt")] long CreatedAt,
    [property: JsonPropertyName("createActionId")] long? CreateActionId)
{
    [JsonPropertyName("ipv4")] public string? Ipv4 { get; init; }

    [JsonPropertyName("ipv6")] public string? Ipv6 { get; init; }

    /// <summary>The provider took our DELETE.</summary>
    [JsonPropertyName("deleteAccepted")] public bool DeleteAccepted { get; init; }

    /// <summary>Seen to be gone.</summary>
    [JsonPropertyName("gone")] public bool Gone { get; init; }
}

/// <summary>The subscription; see <c>Domain.Billing.Subscription</c>.</summary>
public sealed partial record SubscriptionPart(
    [property: JsonPropertyName("anchorAt")] long AnchorAt,
    [property: JsonPropertyName("anchorPeriod")] int AnchorPeriod,
    [property: JsonPropertyName("paidPeriod")] int PaidPeriod,
    [property: JsonPropertyName("autoRenew")] bool AutoRenew,
    [property: JsonPropertyName("triedAt")] long? TriedAt,
    [property: JsonPropertyName("suspendedAt")] long? SuspendedAt)
{
    [JsonPropertyName("noticed")] public int Noticed { get; init; }

    [JsonPropertyName("warnedAt")] public long? WarnedAt { get; init; }
}

/// <summary>A charge begun.</summary>
public sealed partial record RenewingPart(
    [property: JsonPropertyName("period")] int Period,
    [property: JsonPropertyName("startedAt")] long StartedAt);

/// <summary>How far an action is at the provider.</summary>
public enum ActionStage
{
    /// <summary>Nothing was sent.</summary>
    Requested,

    /// <summary>May have been sent; the outcome is not known.</summary>
    Sending,

    /// <summary>The provider runs it.</summary>
    Running,

    /// <summary>The provider is done; what became of the droplet is still to be looked at.</summary>
    Ended,
}

/// <summary>The action that runs now.</summary>
public sealed partial record ActionPart
{
    [JsonPropertyName("id")] public string Id { get; init; } = "";

    [JsonPropertyName("kind"), JsonConverter(typeof(JsonStringEnumConverter<ActionKind>))]
    public ActionKind Kind { get; init; }

    [JsonPropertyName("actor")] public string Actor { get; init; } = "";

    [JsonPropertyName("startedAt")] public long StartedAt { get; init; }

    [JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<ActionStage>))]
    public ActionStage Stage { get; init; }

    [JsonPropertyName("attempts")] public int Attempts { get; init; }

    /// <summary>Real unix ms until which an unknown outcome may still show up.</summary>
    [JsonPropertyName("quietAtReal")] public long QuietAtReal { get; init; }

    /// <summary>Since when the provider has refused it for another event of the droplet, business unix ms; null while it has not.</summary>
    [JsonPropertyName("busySince")] public long? BusySince { get; init; }

    /// <summary>The provider could not be given it for a while, and its owner sees that; until the provider has it.</summary>
    [JsonPropertyName("waiting"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Waiting { get; init; }

    [JsonPropertyName("providerId")] public long? ProviderId { get; init; }

    [JsonPropertyName("succeeded")] public bool Succeeded { get; init; }

    /// <summary>Why the provider refused it, in its words: plain text, kept short; null when it did not refuse.</summary>
    [JsonPropertyName("providerSaid")] public string? ProviderSaid { get; init; }

    /// <summary>When the provider was done, business unix ms.</summary>
    [JsonPropertyName("endedAt")] public long? EndedAt { get; init; }

    /// <summary>Real unix ms since when its looks do not find the droplet; null when they do.</summary>
    [JsonPropertyName("missingSinceReal"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MissingSinceReal { get; init; }

    /// <summary>The notice that this power-on owes once it is done; null for every other action.</summary>
    [JsonPropertyName("backOnNotice"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BackOnNoticeId { get; init; }
}

/// <summary>One line of the activity log.</summary>
public sealed record ActivityPart
{
    [JsonPropertyName("id")] public string Id { get; init; } = "";

    [JsonPropertyName("kind"), JsonConverter(typeof(JsonStringEnumConverter<ActionKind>))]
    public ActionKind Kind { get; init; }

    [JsonPropertyName("status"), JsonConverter(typeof(JsonStringEnumConverter<ActivityStatus>))]
    public ActivityStatus Status { get; init; }

    [JsonPropertyName("startedAt")] public long StartedAt { get; init; }

    [JsonPropertyName("completedAt")] public long? CompletedAt { get; init; }

    [JsonPropertyName("actor")] public string Actor { get; init; } = "";

    [JsonPropertyName("message")] public string? Message { get; init; }

    /// <summary>Of a running action with several steps. Said while it runs, never stored: the action knows it.</summary>
    [JsonIgnore] public string? Step { get; init; }

    /// <summary>Of what the provider cannot be given now, business unix ms. Said while it waits, never stored here.</summary>
    [JsonIgnore] public long? WaitingSince { get; init; }
}

/// <summary>The deletion.</summary>
public sealed record TerminationPart(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("actor")] string Actor,
    [property: JsonPropertyName("startedAt")] long StartedAt)
{
    /// <summary>What it gives back, as decided when it began.</summary>
    [JsonPropertyName("refundIdr")] public long RefundIdr { get; init; }

    /// <summary>Add-ons used since the last renewal that are not charged yet; decided when it began, each forgotten when its row is noted.</summary>
    [JsonPropertyName("addons")] public IReadOnlyList<AddonPart> Addons { get; init; } = [];

    /// <summary>All of them together, when it was decided.</summary>
    [JsonPropertyName("addonsIdr")] public long AddonsIdr { get; init; }
}

/// <summary>Something to tell, stored with the change it tells of.</summary>
public sealed record OutboxPart
{
    [JsonPropertyName("seq")] public long Seq { get; init; }

    [JsonPropertyName("activity")] public ActivityPart? Activity { get; init; }

    [JsonPropertyName("mail")] public NoticePart? Notice { get; init; }
}

/// <summary>A notice to the owner; the account's language and channels are looked up when it is told.</summary>
public sealed record NoticePart
{
    [JsonPropertyName("id")] public string Id { get; init; } = "";

    [JsonPropertyName("template"), JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))]
    public NoticeKind Kind { get; init; }

    [JsonPropertyName("values")] public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>As it is stored.</summary>
    public static NoticePart Of(Notice notice) => new() { Id = notice.NoticeId, Kind = notice.Kind, Values = notice.Values };

    internal Notice ToNotice() => new(Id, Kind, Values);
}
