namespace Webrana.Sandbox.Control.Clock;

/// <summary>`POST /clock`: exactly one of the three.</summary>
/// <param name="Advance">An ISO 8601 duration: `P30D`, `PT2H`.</param>
/// <param name="To">An RFC 3339 moment.</param>
/// <param name="ToNextRenewal">An instance: the clock goes one second past its next renewal.</param>
public sealed record ClockRequest(string? Advance, DateTimeOffset? To, string? ToNextRenewal);

/// <summary>What a move of the clock came to.</summary>
/// <param name="Now">Business time after the move.</param>
/// <param name="Settled">Whether everything due has been worked off; false = the time allowed ran out.</param>
/// <param name="Due">Grains still due then.</param>
/// <param name="Unaware">Product processes that have not followed the clock then.</param>
public sealed record ClockAnswer(DateTimeOffset Now, bool Settled, long Due, long Unaware);

/// <summary>Why the clock did not move; it reads as a problem with this stable code.</summary>
public sealed class ClockRefusedException(int status, string code, string message) : Exception(message)
{
    /// <summary>HTTP.</summary>
    public int Status { get; } = status;

    /// <summary>Stable, snake case.</summary>
    public string Code { get; } = code;
}
