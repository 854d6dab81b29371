using Webrana.Wire;

namespace Webrana.Client;

/// <summary>How much is known after a call that did not succeed.</summary>
public enum ApiFailureKind
{
    /// <summary>The API refused (4xx): nothing was changed.</summary>
    Refused,

    /// <summary>The API failed (5xx) or answered what this client cannot read: a write may or may not have been done.</summary>
    Faulted,

    /// <summary>No answer came (no connection, time-out): a write may or may not have been done.</summary>
    Unreachable,
}

/// <summary>Why a call has no answer.</summary>
/// <param name="Kind">How much is known.</param>
/// <param name="Code">Stable snake_case code to switch on; see <see cref="ProblemCodes"/>.</param>
/// <param name="Status">HTTP status; null when no answer came.</param>
/// <param name="Problem">The API's own words; null when it gave none.</param>
/// <param name="RetryAfter">How long to wait before the next try, when the API says so.</param>
public sealed record ApiFailure(
    ApiFailureKind Kind, string Code, int? Status = null, ProblemBody? Problem = null, TimeSpan? RetryAfter = null)
{
    /// <summary>For a write: repeat it with the same idempotency key to learn, or complete, what happened.</summary>
    public bool OutcomeUnknown => Kind == ApiFailureKind.Unreachable
        || (Kind == ApiFailureKind.Faulted && Code is not (ProblemCodes.GatewayUnavailable or ProblemCodes.ProviderUnavailable or ProblemCodes.Overloaded));

    /// <summary>The token or the session is no longer good.</summary>
    public bool IsSignedOut => Status == 401;

    /// <summary>There is no such thing, or it is someone else's.</summary>
    public bool IsNotFound => Status == 404;

    /// <summary>What to quote to support; finds the trace.</summary>
    public string? Reference => Problem?.TraceId;
}
