namespace Webrana.Data.Idempotency;

/// <summary>Whose key it is and where it counts. Anonymous callers share <see cref="Guid.Empty"/>.</summary>
/// <param name="Route">Method and path, ids included: the same key on two servers is two intents.</param>
public sealed record IdempotencyScope(Guid User, string Route, string Key);

/// <summary>What became of a key.</summary>
public abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>Execute; the lease is this request's. Its end is its name: no two claims of one process have the same.</summary>
    public sealed record Granted(DateTimeOffset FirstSeen, DateTimeOffset Lease) : IdempotencyClaim;

    /// <summary>Executed before: answer this.</summary>
    public sealed record Answered(int Status, string AnswerJson) : IdempotencyClaim;

    /// <summary>Another request with the key is being executed.</summary>
    public sealed record Running : IdempotencyClaim;

    /// <summary>The key belongs to another body.</summary>
    public sealed record Reused : IdempotencyClaim;
}
