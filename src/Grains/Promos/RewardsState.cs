using System.Text.Json.Serialization;
using Webrana.Contracts.Promos;
using Webrana.Domain.Ledger;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

/// <summary>How far a reward has come; the same for a welcome and for both sides of a referral.</summary>
public enum RewardStage
{
    /// <summary>This promo is to be asked; a crash may have happened just after it was.</summary>
    Intended,

    /// <summary>A usage is held.</summary>
    Reserved,

    /// <summary>The wallet holds the money; the usage has still to be used up.</summary>
    Given,

    /// <summary>Given and used up.</summary>
    Settled,

    /// <summary>The promo had nothing for it.</summary>
    Refused,

    /// <summary>The wallet gave it back; the promo has still to be told.</summary>
    Returned,

    /// <summary>Given and taken back.</summary>
    TakenBack,

    /// <summary>Never given, and its place is free again: nothing speaks against another deposit earning it.</summary>
    Withdrawn,

    /// <summary>Never given, and its operation is used up, because it might have been on its way: it never will be.</summary>
    Forestalled,

    /// <summary>A person looks at it before any promo is asked.</summary>
    InReview,
}

/// <summary>What a person gets once in a life, as it is stored. Amounts in rupiah, times in unix ms.</summary>
public sealed record RewardsState : IDurable<RewardsState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("user")] public Guid User { get; init; }

    [JsonPropertyName("email")] public string? Email { get; init; }

    [JsonPropertyName("phone")] public string? Phone { get; init; }

    [JsonPropertyName("referredBy")] public Guid? ReferredBy { get; init; }

    /// <summary>True once the address was confirmed and a welcome was looked for.</summary>
    [JsonPropertyName("welcomed")] public bool Welcomed { get; init; }

    [JsonPropertyName("welcome")] public Reward? Welcome { get; init; }

    /// <summary>What a person was asked about the welcome; null when nobody had to be.</summary>
    [JsonPropertyName("welcomeCheck")] public WelcomeCheck? WelcomeCheck { get; init; }

    [JsonPropertyName("referral")] public Referral? Referral { get; init; }

    /// <summary>Deposits that were given back, the newest last: an older word that one was paid may still be under way.</summary>
    [JsonPropertyName("refunded")] public EquatableList<Guid> Refunded { get; init; } = [];

    [JsonPropertyName("createdAt")] public long CreatedAtMs { get; init; }

    [JsonPropertyName("failures")] public int Failures { get; init; }

    [JsonPropertyName("retryAt")] public long? RetryAtMs { get; init; }

    /// <summary>True while something has still to be done.</summary>
    [JsonIgnore] public bool HasWork =>
        (Email is not null && !Welcomed) || Welcome is { IsOpen: true } || OwesWord
        || Referral is { Stage: ReferralStage.Paying } or { Stage: ReferralStage.TakenBack, Closed: false };

    /// <summary>True while the person has still to be told that the welcome is looked at, or that it is not given. What is given tells itself.</summary>
    [JsonIgnore] public bool OwesWord =>
        WelcomeCheck is { Pay: null, Told: false } || (WelcomeCheck is { Pay: not null, Answered: false } && Welcome is { Stage: RewardStage.Refused });

    /// <summary>True while a person is asked.</summary>
    [JsonIgnore] public bool IsInReview => Referral is { Stage: ReferralStage.InReview } || Welcome is { Stage: RewardStage.InReview };

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(
        User.ToString("D"), IsInReview ? "REVIEW" : "ACTIVE", HasWork ? RetryAtMs ?? CreatedAtMs : null,
        Referral?.FlaggedAtMs ?? WelcomeCheck?.FlaggedAtMs ?? CreatedAtMs);
}

/// <summary>A welcome that a person decides, because another account gave the same phone number.</summary>
/// <param name="Told">True once its owner was told that it is looked at.</param>
/// <param name="Pay">What was decided; null until then.</param>
/// <param name="Answered">True once its owner was told that it is not given.</param>
public sealed record WelcomeCheck(
    [property: JsonPropertyName("flaggedAt")] long FlaggedAtMs,
    [property: JsonPropertyName("told")] bool Told = false,
    [property: JsonPropertyName("pay")] bool? Pay = null,
    [property: JsonPropertyName("decidedBy")] string? DecidedBy = null,
    [property: JsonPropertyName("note")] string? Note = null,
    [property: JsonPropertyName("answered")] bool Answered = false);

/// <summary>One gift of one promo to one wallet.</summary>
/// <param name="SubjectId">What the usage is for.</param>
/// <param name="AtMs">When it was decided: a lot's expiry counts from here, so that the same operation always carries the same one.</param>
/// <param name="Tried">Promos that had nothing left and are not asked again.</param>
/// <param name="KeptIdr">What of it was left to its owner when it was taken back.</param>
/// <param name="DebtIdr">What its owner owed in all when taking it back left a debt; 0 when it left none.</param>
public sealed record Reward(
    [property: JsonPropertyName("promo")] string PromoId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("subject")] string SubjectId,
    [property: JsonPropertyName("user")] Guid User,
    [property: JsonPropertyName("amount")] long AmountIdr,
    [property: JsonPropertyName("lotDays")] int? LotDays,
    [property: JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<RewardStage>))] RewardStage Stage,
    [property: JsonPropertyName("at")] long AtMs,
    [property: JsonPropertyName("tried")] EquatableList<string> Tried,
    [property: JsonPropertyName("kept")] long KeptIdr = 0,
    [property: JsonPropertyName("debt")] long DebtIdr = 0)
{
    /// <summary>True while something has still to be done to give it.</summary>
    [JsonIgnore] public bool IsOpen => Stage is RewardStage.Intended or RewardStage.Reserved or RewardStage.Given;

    /// <summary>True once nothing has to be done any more to have it back.</summary>
    [JsonIgnore] public bool IsReturned => WasNeverGiven || Stage is RewardStage.TakenBack or RewardStage.Forestalled;

    /// <summary>True when it may be earned by another deposit.</summary>
    [JsonIgnore] public bool WasNeverGiven => Stage is RewardStage.Withdrawn or RewardStage.Refused;
}

/// <summary>The reward for this person having been invited.</summary>
/// <param name="Referrer">To the inviter.</param>
/// <param name="Referee">To the invited; null for nothing.</param>
/// <param name="Doubts">Why a person must look first; empty for no reason.</param>
/// <param name="Reason">Why nothing is given; null otherwise.</param>
/// <param name="Closed">True once all of it was taken back.</param>
public sealed record Referral(
    [property: JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<ReferralStage>))] ReferralStage Stage,
    [property: JsonPropertyName("deposit")] Guid Deposit,
    [property: JsonPropertyName("depositAmount")] long DepositIdr,
    [property: JsonPropertyName("referrer")] Reward Referrer,
    [property: JsonPropertyName("referee")] Reward? Referee,
    [property: JsonPropertyName("doubts")] EquatableList<int> Doubts,
    [property: JsonPropertyName("flaggedAt")] long? FlaggedAtMs,
    [property: JsonPropertyName("paidAt")] long? PaidAtMs,
    [property: JsonPropertyName("reason")] string? Reason,
    [property: JsonPropertyName("decidedBy")] string? DecidedBy,
    [property: JsonPropertyName("note")] string? Note,
    [property: JsonPropertyName("closed")] bool Closed = false);
