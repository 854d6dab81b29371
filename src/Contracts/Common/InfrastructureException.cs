namespace Webrana.Contracts;

/// <summary>
/// A database or a network failed under a grain call: no refusal, nothing the caller did wrong. Exceptions of drivers never leave a
/// silo (their types are not known to clients); this one does. Calling again with the same operation id is always safe.
/// </summary>
[GenerateSerializer, Alias("infrastructure-exception")]
public sealed class InfrastructureException : Exception
{
    public InfrastructureException()
    {
    }

    public InfrastructureException(string message)
        : base(message)
    {
    }

    public InfrastructureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="message">For logs; names no secret.</param>
    /// <param name="outcomeKnown">True when the command certainly changed nothing.</param>
    public InfrastructureException(string message, bool outcomeKnown)
        : base(message) => OutcomeKnown = outcomeKnown;

    /// <summary>True when the command certainly changed nothing; false when it may have.</summary>
    [Id(0)] public bool OutcomeKnown { get; private set; }
}
