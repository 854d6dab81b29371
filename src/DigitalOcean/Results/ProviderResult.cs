namespace Webrana.DigitalOcean;

/// <summary>
/// What became of one call to the provider. Callers must handle all four: money and servers hang on the difference between
/// "refused" (did not happen), "not sent" (cannot have happened) and "unknown" (may have happened: look before acting again).
/// </summary>
/// <typeparam name="T">What the provider answers when it agrees.</typeparam>
public abstract record ProviderResult<T>
{
    private ProviderResult()
    {
    }

    /// <summary>The provider did it and said so.</summary>
    /// <param name="Value">The answer.</param>
    /// <param name="RateLimit">What is left of the token's request budget.</param>
    public sealed record Ok(T Value, RateLimit RateLimit) : ProviderResult<T>;

    /// <summary>The provider understood the call and did not do it (4xx).</summary>
    /// <param name="Refusal">Why, in the provider's words and ours.</param>
    public sealed record Refused(Refusal Refusal) : ProviderResult<T>;

    /// <summary>
    /// The outcome is not known: the call may or may not have taken effect. Never repeat a create on this answer: list by tag first.
    /// </summary>
    /// <param name="Reason">What went wrong.</param>
    /// <param name="Detail">For logs; never contains the token.</param>
    public sealed record Unknown(UnknownReason Reason, string Detail) : ProviderResult<T>;

    /// <summary>The request never left this process, so the call cannot have taken effect. Only writes answer this.</summary>
    /// <param name="Reason">What held it back.</param>
    public sealed record NotSent(NotSentReason Reason) : ProviderResult<T>;

    /// <summary>True with the value when the provider agreed.</summary>
    /// <param name="value">The answer, or default.</param>
    public bool TryGetValue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        value = this is Ok ok ? ok.Value : default;
        return this is Ok;
    }

    /// <summary>The refusal, or null when this is any other outcome.</summary>
    public Refusal? WhyRefused => (this as Refused)?.Refusal;

    /// <summary>The same outcome with another value in it.</summary>
    /// <param name="map">Applied to the value of <see cref="Ok"/> only.</param>
    public ProviderResult<TOther> Map<TOther>(Func<T, TOther> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return this switch
        {
            Ok ok => new ProviderResult<TOther>.Ok(map(ok.Value), ok.RateLimit),
            Refused refused => new ProviderResult<TOther>.Refused(refused.Refusal),
            Unknown unknown => new ProviderResult<TOther>.Unknown(unknown.Reason, unknown.Detail),
            NotSent notSent => new ProviderResult<TOther>.NotSent(notSent.Reason),
            _ => throw new InvalidOperationException($"{GetType()} is not an outcome of a provider call."),
        };
    }
}

/// <summary>Why the outcome of a call is not known.</summary>
public enum UnknownReason
{
    /// <summary>No complete answer within the timeout.</summary>
    Timeout,

    /// <summary>The connection could not be made (reads) or broke before the answer was whole.</summary>
    ConnectionLost,

    /// <summary>5xx, or a status this API does not use.</summary>
    ServerError,

    /// <summary>A success status with a body that does not say what it must.</summary>
    UnreadableBody,
}

/// <summary>Why a write was held back.</summary>
public enum NotSentReason
{
    /// <summary>Its <see cref="SendDeadline"/> had passed at the moment the body would have been written.</summary>
    TooLate,

    /// <summary>No connection could be made in time.</summary>
    ConnectionFailed,
}

/// <summary>Stands for "done, nothing to tell" (204).</summary>
public readonly record struct Done;
