namespace Webrana.Wire;

/// <summary>Header names the API gives a meaning to.</summary>
public static class WireHeaders
{
    /// <summary>Optional on every write; a repeat within 24 h with the same key and body gets the first answer (scope: user and route).</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>
    /// On every answer: the product's business time, RFC 3339 in UTC. It is the real time in production; the sandbox can turn it forward,
    /// and a countdown or "5 minutes ago" computed from another clock would then be wrong.
    /// </summary>
    public const string Time = "Webrana-Time";
}
