using System.Text.Json.Serialization;
using Webrana.Contracts.Wallets;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>What was paid for the periods that are not over, oldest first: what comes back comes out of these.</summary>
    [JsonPropertyName("payments")] public IReadOnlyList<PaymentPart> Payments { get; init; } = [];

    /// <summary>Money that is on its way back to the owner; null when none is.</summary>
    [JsonPropertyName("returning")] public ReturningPart? Returning { get; init; }

    /// <summary>A change of plan that was begun and is not settled; null when there is none.</summary>
    [JsonPropertyName("planChange")] public PlanChangePart? PlanChange { get; init; }
}

/// <summary>See <c>Domain.Billing.Payment</c>.</summary>
public sealed record PaymentPart(
    [property: JsonPropertyName("period")] int Period,
    [property: JsonPropertyName("operation")] string Operation,
    [property: JsonPropertyName("amountIdr")] long AmountIdr,
    [property: JsonPropertyName("returnedIdr")] long ReturnedIdr);

/// <summary>Refunds that were decided and are asked of the wallet until each is done. Their ids are made of payment and purpose, so that each happens once.</summary>
/// <param name="Purpose">Ends their operation ids: <c>end</c>, <c>lost</c>, or the id of a plan change.</param>
/// <param name="Reference">How the rows are filed.</param>
/// <param name="Description">What the customer reads.</param>
/// <param name="Items">Those not done yet.</param>
/// <param name="TotalIdr">All of them together, when it was decided.</param>
public sealed record ReturningPart(
    [property: JsonPropertyName("purpose")] string Purpose,
    [property: JsonPropertyName("reference"), JsonConverter(typeof(JsonStringEnumConverter<ReferenceType>))] ReferenceType Reference,
    [property: JsonPropertyName("description")] string Description,
    [property: JsonPropertyName("items")] IReadOnlyList<ReturnPart> Items,
    [property: JsonPropertyName("totalIdr")] long TotalIdr);

/// <summary>One refund.</summary>
/// <param name="Operation">Of the payment it comes out of.</param>
public sealed record ReturnPart(
    [property: JsonPropertyName("operation")] string Operation,
    [property: JsonPropertyName("amountIdr")] long AmountIdr);

/// <summary>A change of plan, as it was agreed: plan, price and difference are those of the moment it was asked for.</summary>
public sealed record PlanChangePart
{
    /// <summary>Also the action's id.</summary>
    [JsonPropertyName("id")] public string Id { get; init; } = "";

    [JsonPropertyName("actor")] public string Actor { get; init; } = "";

    [JsonPropertyName("startedAt")] public long StartedAt { get; init; }

    [JsonPropertyName("planId")] public string PlanId { get; init; } = "";

    [JsonPropertyName("priceVersion")] public int PriceVersion { get; init; }

    [JsonPropertyName("priceIdr")] public long PriceIdr { get; init; }

    [JsonPropertyName("size")] public string ProviderSize { get; init; } = "";

    [JsonPropertyName("vcpus")] public int Vcpus { get; init; }

    [JsonPropertyName("memoryMb")] public int MemoryMb { get; init; }

    /// <summary>The disk afterwards.</summary>
    [JsonPropertyName("diskGb")] public int DiskGb { get; init; }

    [JsonPropertyName("transferTb")] public int TransferTb { get; init; }

    /// <summary>The disk grows, for good.</summary>
    [JsonPropertyName("growDisk")] public bool GrowDisk { get; init; }

    /// <summary>Positive: held now and captured when it is done. Negative: given back when it is done.</summary>
    [JsonPropertyName("differenceIdr")] public long DifferenceIdr { get; init; }

    [JsonPropertyName("hold"), JsonConverter(typeof(JsonStringEnumConverter<HoldState>))]
    public HoldState Hold { get; init; }

    /// <summary>A price of the new plan, announced while the change was under way; it becomes the subscription's. Null in records from before.</summary>
    [JsonPropertyName("announced")] public MovePart? Announced { get; init; }

    /// <summary>The provider has made the change.</summary>
    [JsonPropertyName("applied")] public bool Applied { get; init; }
}
