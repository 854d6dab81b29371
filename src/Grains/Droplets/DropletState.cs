using System.Text.Json.Serialization;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Consoles;

namespace Webrana.Grains.Droplets;

/// <summary>Everything a server is, as stored. Each part belongs to one flow; all change together in one write.</summary>
public sealed partial record DropletState : IDurable<DropletState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("phase"), JsonConverter(typeof(JsonStringEnumConverter<InstancePhase>))]
    public InstancePhase Phase { get; init; }

    /// <summary>The name now; the order keeps the one it was placed with.</summary>
    [JsonPropertyName("name")] public string Name { get; init; } = "";

    [JsonPropertyName("order")] public OrderPart? Order { get; init; }

    [JsonPropertyName("hold"), JsonConverter(typeof(JsonStringEnumConverter<HoldState>))]
    public HoldState Hold { get; init; }

    /// <summary>The limit that an order met behind its hold: its money goes back. Null for every other.</summary>
    [JsonPropertyName("turnedAway")] public string? TurnedAway { get; init; }

    /// <summary>How often this order was turned away: the next try has a hold of its own, for the ledger knows the last one as given back.</summary>
    [JsonPropertyName("turns")] public int Turns { get; init; }

    [JsonPropertyName("creation")] public CreationPart Creation { get; init; } = new();

    [JsonPropertyName("droplet")] public ProviderPart? Droplet { get; init; }

    [JsonPropertyName("subscription")] public SubscriptionPart? Subscription { get; init; }

    /// <summary>A charge that was begun: until its outcome is known nothing else may decide about money.</summary>
    [JsonPropertyName("renewing")] public RenewingPart? Renewing { get; init; }

    [JsonPropertyName("action")] public ActionPart? Action { get; init; }

    /// <summary>The last actions that ended, newest last, so that a repeated command finds its receipt.</summary>
    [JsonPropertyName("recent")] public IReadOnlyList<ActivityPart> Recent { get; init; } = [];

    /// <summary>The highest action id seen at the provider for this droplet: what is newer and of our kind is ours.</summary>
    [JsonPropertyName("lastActionId")] public long LastActionId { get; init; }

    /// <summary>A power state we owe (suspension, resumption), to be brought about when no action runs.</summary>
    [JsonPropertyName("powerWish"), JsonConverter(typeof(JsonStringEnumConverter<PowerWish>))]
    public PowerWish PowerWish { get; init; }

    /// <summary>Owed with the wish to be on after a suspension: what its owner is told goes with the power-on, and is told when that is done.</summary>
    [JsonPropertyName("backOnNotice"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BackOnNoticeId { get; init; }

    /// <summary>Open consoles; two at most.</summary>
    [JsonPropertyName("consoles")] public IReadOnlyList<ConsolePart> Consoles { get; init; } = [];

    [JsonPropertyName("termination")] public TerminationPart? Termination { get; init; }

    [JsonPropertyName("outbox")] public IReadOnlyList<OutboxPart> Outbox { get; init; } = [];

    [JsonPropertyName("outboxSeq")] public long OutboxSeq { get; init; }

    /// <summary>Name rows may have to be given back.</summary>
    [JsonPropertyName("namesDirty")] public bool NamesDirty { get; init; }

    /// <summary>Unix ms at which a sweeper takes over the work in progress; null when there is none.</summary>
    [JsonPropertyName("workAt")] public long? WorkAt { get; init; }

    /// <summary>Unix ms of the subscription's next step; null when it has none.</summary>
    [JsonPropertyName("billingAt")] public long? BillingAt { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(
        Phase is InstancePhase.None or InstancePhase.Ordering ? null : Order?.Owner.ToString("D"),
        Phase is InstancePhase.None or InstancePhase.Ordering ? null : DropletViews.StatusOf(this).ToString().ToUpperInvariant(),
        DueAt,
        Phase is InstancePhase.None or InstancePhase.Ordering ? null : Order?.CreatedAt);

    /// <summary>
    /// Unix ms of the next charge; null when none is ahead. Computed, and stored beside the facts it follows from for whoever reads the row
    /// (operators, the sandbox's clock): reading it back changes nothing.
    /// </summary>
    [JsonPropertyName("nextRenewalAt")]
    public long? NextRenewalAt => Phase.IsLive() ? this.Subscribed()?.DueAt.ToUnixTimeMilliseconds() : null;

    /// <summary>Unix ms of the earliest thing this server waits for.</summary>
    [JsonIgnore]
    public long? DueAt => WorkAt is { } work && BillingAt is { } billing ? Math.Min(work, billing) : WorkAt ?? BillingAt;
}

/// <summary>Where the order's money is.</summary>
public enum HoldState
{
    None,
    Held,
    Captured,
    Released,
}

/// <summary>A power state owed by us.</summary>
public enum PowerWish
{
    None,
    Off,
    On,
}
