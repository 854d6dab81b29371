namespace Webrana.Sandbox.Tripay.Callbacks;

/// <summary>A callback to be delivered: kept until the receiver says <c>success</c> or the retries are used up.</summary>
sealed class CallbackDelivery
{
    public required long Id { get; init; }
    public string? Reference { get; init; }
    public string? MerchantRef { get; init; }
    public required string Status { get; init; }
    public required string Url { get; init; }
    public required string Body { get; init; }
    public DateTimeOffset DueAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Waits for the next callback, to arrive after it.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The callback that has to be tried first.</summary>
    public long? After { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsInFlight { get; set; }
}

/// <summary>One attempt to deliver a callback.</summary>
/// <param name="Id">Sequence of the attempt.</param>
/// <param name="DeliveryId">The callback; copies have their own.</param>
/// <param name="Reference">Tripay's reference; null for a tester's.</param>
/// <param name="MerchantRef">The merchant's reference.</param>
/// <param name="Status">The status told.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="At">Business time.</param>
/// <param name="Url">Where it went.</param>
/// <param name="HttpStatus">What came back; null if nothing did.</param>
/// <param name="Answer">The beginning of the answer's body.</param>
/// <param name="Succeeded">Whether the answer's body said <c>success: true</c>.</param>
/// <param name="Error">Why nothing came back.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Signature">The signature sent.</param>
/// <param name="Body">The body sent.</param>
public sealed record CallbackAttempt(
    long Id, long DeliveryId, string? Reference, string? MerchantRef, string Status, int Attempt, DateTimeOffset At, string Url,
    int? HttpStatus, string? Answer, bool Succeeded, string? Error, long DurationMs, string Signature, string Body);
