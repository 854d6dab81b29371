using Orleans.Concurrency;

namespace Webrana.Contracts.Providers;

/// <summary>
/// One Tripay merchant: its channel list (cached), and the shared scan of the PAID list that heals lost callbacks for every pending
/// deposit with one call. Key <c>tripay:{merchantCode}</c>.
/// </summary>
[Alias("tripay-account")]
public interface ITripayAccountGrain : IGrainWithStringKey
{
    /// <summary>
    /// Channels with the fee the customer would pay on top of <paramref name="amountIdr"/>. Cached for minutes; the last known list
    /// answers while the gateway is away, <see cref="TripayAccountError.GatewayUnavailable"/> when there never was one.
    /// </summary>
    [AlwaysInterleave, Alias("channels")]
    Task<Result<PaymentChannels, TripayAccountError>> Channels(long amountIdr);

    /// <summary>
    /// Takes a place in the merchant's request budget and answers how long to wait before the call; every caller of the gateway asks. Soft:
    /// a forgotten budget costs politeness, never money. <see cref="TripayAccountError.BudgetSpent"/> when the wait would be longer
    /// than <paramref name="patience"/>; no place is taken then.
    /// </summary>
    [AlwaysInterleave, Alias("request-turn")]
    Task<Result<RequestTurn, TripayAccountError>> RequestTurn(TimeSpan patience);

    /// <summary>What the gateway itself says of one reference, asked now: evidence for the payment desk.</summary>
    [AlwaysInterleave, Alias("payment")]
    Task<Result<GatewayPayment, TripayAccountError>> Payment(string reference);

    /// <summary>A page of paid transactions, newest first by creation; pages from 1.</summary>
    [AlwaysInterleave, Alias("paid-page")]
    Task<Result<GatewayPage, TripayAccountError>> PaidPage(int page);

    /// <summary>Makes sure the reminder that scans the PAID list is set. Safe to call at every silo start.</summary>
    [Alias("ensure-running")]
    Task EnsureRunning();
}

/// <summary>The channels on offer, in the gateway's order.</summary>
[GenerateSerializer, Immutable, Alias("payment-channels")]
public sealed record PaymentChannels([property: Id(0)] IReadOnlyList<PaymentChannel> Items);

/// <param name="CustomerFeeIdr">Rupiah added on top of the amount, paid by the customer.</param>
/// <param name="MinimumAmountIdr">Smallest amount the channel takes; null when the gateway does not say.</param>
[GenerateSerializer, Immutable, Alias("payment-channel")]
public sealed record PaymentChannel(
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] string Group,
    [property: Id(3)] long CustomerFeeIdr,
    [property: Id(4)] long? MinimumAmountIdr,
    [property: Id(5)] long? MaximumAmountIdr,
    [property: Id(6)] bool Active);

/// <param name="Wait">Real time to let pass before the call.</param>
[GenerateSerializer, Immutable, Alias("request-turn")]
public sealed record RequestTurn([property: Id(0)] TimeSpan Wait);

/// <summary>Why the merchant account could not answer.</summary>
[GenerateSerializer, Alias("tripay-account-error")]
public enum TripayAccountError
{
    GatewayUnavailable,

    /// <summary>Too many calls wait already.</summary>
    BudgetSpent,
}
