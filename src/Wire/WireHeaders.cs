namespace Webrana.Wire;

/// <summary>Header names the API gives a meaning to.</summary>
public static class WireHeaders
{
    /// <summary>Optional on every write; a repeat within 24 h with the same key and body gets the first answer (scope: user and route).</summary>
    public const string IdempotencyKey = "Idempotency-Key";
}
