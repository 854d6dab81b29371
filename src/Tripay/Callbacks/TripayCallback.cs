using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Webrana.Tripay.Json;

namespace Webrana.Tripay.Callbacks;

/// <summary>The headers of a callback that matter.</summary>
/// <param name="Signature">Value of <see cref="TripayCallback.SignatureHeader"/>.</param>
/// <param name="Event">Value of <see cref="TripayCallback.EventHeader"/>.</param>
public readonly record struct TripayCallbackHeaders(string? Signature, string? Event);

/// <summary>
/// Verifies and reads callbacks: pure, no I/O. The order of the checks keeps everything unsigned away from the JSON parser.
/// </summary>
public static class TripayCallback
{
    /// <summary>Carries the signature of the raw body.</summary>
    public const string SignatureHeader = "X-Callback-Signature";

    /// <summary>Carries the kind of event.</summary>
    public const string EventHeader = "X-Callback-Event";

    /// <summary>The only event Tripay sends.</summary>
    public const string PaymentStatusEvent = "payment_status";

    /// <summary>Real bodies have a few hundred bytes.</summary>
    public const int MaximumBodyBytes = 64 * 1024;

    const int MaximumReferenceLength = 64;

    /// <summary>Judges a request to the callback address.</summary>
    /// <param name="headers">The two headers.</param>
    /// <param name="body">The bytes as they came.</param>
    /// <param name="privateKey">The merchant's private key.</param>
    /// <param name="previousPrivateKey">The key before it, during rotation; null or empty otherwise.</param>
    /// <exception cref="ArgumentException"><paramref name="privateKey"/> is empty: an empty key would let anybody sign.</exception>
    public static TripayCallbackVerdict Read(TripayCallbackHeaders headers, ReadOnlySpan<byte> body, string privateKey, string? previousPrivateKey = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(privateKey);
        if (body.Length is 0 or > MaximumBodyBytes) return Reject(TripayCallbackRejection.BodySize);
        if (string.IsNullOrEmpty(headers.Signature)) return Reject(TripayCallbackRejection.MissingSignature);
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TripaySignature.TryReadHex(headers.Signature, claimed)) return Reject(TripayCallbackRejection.MalformedSignature);
        if (!IsSigned(headers.Signature, body, privateKey, previousPrivateKey)) return Reject(TripayCallbackRejection.WrongSignature);
        if (headers.Event != PaymentStatusEvent) return Reject(TripayCallbackRejection.UnknownEvent);
        if (Parse(body) is not { } parsed) return Reject(TripayCallbackRejection.MalformedBody);

        var bodySha256 = Convert.ToHexStringLower(SHA256.HashData(body));
        if (string.IsNullOrEmpty(parsed.Reference)) return new TripayCallbackVerdict.Test(parsed.Note, bodySha256);
        if (parsed.Reference.Length > MaximumReferenceLength || string.IsNullOrWhiteSpace(parsed.Status)) return Reject(TripayCallbackRejection.MalformedBody);
        return new TripayCallbackVerdict.Accepted(ToPayment(parsed, parsed.Reference, parsed.Status), bodySha256);
    }

    /// <summary>Reads a body again whose signature was checked before it was stored; false for what is no payment.</summary>
    public static bool TryReadStored(ReadOnlySpan<byte> body, [NotNullWhen(true)] out TripayPayment? payment)
    {
        payment = Parse(body) is { Reference: { Length: > 0 } reference, Status: { Length: > 0 } status } parsed ? ToPayment(parsed, reference, status) : null;
        return payment is not null;
    }

    static bool IsSigned(string signature, ReadOnlySpan<byte> body, string privateKey, string? previousPrivateKey) =>
        TripaySignature.IsCallbackSignature(signature, body, privateKey)
        || (!string.IsNullOrWhiteSpace(previousPrivateKey) && TripaySignature.IsCallbackSignature(signature, body, previousPrivateKey));

    static CallbackBody? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, TripayJson.Default.CallbackBody);
        }
        catch (JsonException)
        {
            // The verdict says it: MalformedBody.
            return null;
        }
    }

    static TripayPayment ToPayment(CallbackBody body, string reference, string status) => new()
    {
        Reference = reference,
        MerchantRef = body.MerchantRef,
        MethodCode = body.PaymentMethodCode,
        TotalAmountIdr = body.TotalAmount,
        FeeMerchantIdr = body.FeeMerchant,
        FeeCustomerIdr = body.FeeCustomer,
        AmountReceivedIdr = body.AmountReceived,
        Status = TripayStatusText.Parse(status),
        StatusText = status.Trim().ToUpperInvariant(),
        PaidAt = body.PaidAt,
        Note = body.Note,
    };

    static TripayCallbackVerdict.Rejected Reject(TripayCallbackRejection reason) => new(reason);
}
