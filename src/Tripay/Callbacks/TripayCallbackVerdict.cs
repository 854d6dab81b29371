namespace Webrana.Tripay.Callbacks;

/// <summary>What a request to the callback address turned out to be.</summary>
public abstract record TripayCallbackVerdict
{
    TripayCallbackVerdict()
    {
    }

    /// <summary>Not a callback to act on: answer <c>{"success":false}</c>.</summary>
    public sealed record Rejected(TripayCallbackRejection Reason) : TripayCallbackVerdict
    {
        /// <summary>Whether Tripay's signature was right: worth an inbox row and a person's look. If not, touch no database.</summary>
        public bool IsSigned => Reason is TripayCallbackRejection.UnknownEvent or TripayCallbackRejection.MalformedBody;
    }

    /// <summary>A tester's click without a reference: answer <c>{"success":true}</c> and change nothing.</summary>
    /// <param name="Note">What the tester typed.</param>
    /// <param name="BodySha256">Lower-case hex SHA-256 of the body.</param>
    public sealed record Test(string? Note, string BodySha256) : TripayCallbackVerdict;

    /// <summary>Signed and readable.</summary>
    /// <param name="Payment">What it claims.</param>
    /// <param name="BodySha256">Lower-case hex SHA-256 of the body, for deduplication by (reference, status, body).</param>
    public sealed record Accepted(TripayPayment Payment, string BodySha256) : TripayCallbackVerdict;
}

/// <summary>Why a request was rejected, in the order of the checks.</summary>
public enum TripayCallbackRejection
{
    /// <summary>No body, or more than <see cref="TripayCallback.MaximumBodyBytes"/>.</summary>
    BodySize = 1,

    /// <summary>No <c>X-Callback-Signature</c>.</summary>
    MissingSignature,

    /// <summary>The signature is not 64 hex digits.</summary>
    MalformedSignature,

    /// <summary>The signature is not of this body under any of the keys.</summary>
    WrongSignature,

    /// <summary>Signed, but not a <c>payment_status</c> event.</summary>
    UnknownEvent,

    /// <summary>Signed, but not readable as a payment.</summary>
    MalformedBody,
}
