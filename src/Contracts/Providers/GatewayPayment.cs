namespace Webrana.Contracts.Providers;

/// <summary>A payment as the gateway itself tells of it.</summary>
/// <param name="PaidIdr">What the customer paid, their fee included.</param>
/// <param name="CustomerFeeIdr">The part of it that is the customer's fee.</param>
/// <param name="MerchantFeeIdr">Our fee.</param>
/// <param name="ReceivedIdr">What reaches us.</param>
/// <param name="IsPaid">The gateway says that it was paid, and was not given back.</param>
[GenerateSerializer, Immutable, Alias("gateway-payment")]
public sealed record GatewayPayment(
    [property: Id(0)] string Reference,
    [property: Id(1)] string? MerchantRef,
    [property: Id(2)] long PaidIdr,
    [property: Id(3)] long CustomerFeeIdr,
    [property: Id(4)] long MerchantFeeIdr,
    [property: Id(5)] long ReceivedIdr,
    [property: Id(6)] bool IsPaid,
    [property: Id(7)] DateTimeOffset? CreatedAt,
    [property: Id(8)] DateTimeOffset? PaidAt);

/// <param name="Next">The page to ask for next; null at the end.</param>
[GenerateSerializer, Immutable, Alias("gateway-page")]
public sealed record GatewayPage([property: Id(0)] IReadOnlyList<GatewayPayment> Items, [property: Id(1)] int? Next);
