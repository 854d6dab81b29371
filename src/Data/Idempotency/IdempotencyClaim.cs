using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Webrana.Data.Idempotency;

/// <summary>Whose key it is and where it counts. Anonymous callers share <see cref="Guid.Empty"/>.</summary>
public sealed class IdempotencyScope
{
    private const int OnStack = 512;

    /// <param name="user">Whose it is.</param>
    /// <param name="route">Method and path, ids included: the same key on two servers is two intents.</param>
    /// <param name="key">What the caller named it; without line breaks.</param>
    public IdempotencyScope(Guid user, string route, string key)
    {
        (User, Route, Key) = (user, route, key);
        Id = Hash(user, route, key);
    }

    /// <summary>Whose it is.</summary>
    public Guid User { get; }

    /// <summary>Method and path.</summary>
    public string Route { get; }

    /// <summary>The caller's name for it.</summary>
    public string Key { get; }

    /// <summary>The row's id: the first half of SHA-256 over all three. The migration computes the same in SQL.</summary>
    public Guid Id { get; }

    private static Guid Hash(Guid user, string route, string key)
    {
        var most = 16 + Encoding.UTF8.GetMaxByteCount(route.Length + 1 + key.Length);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var text = rented ?? stackalloc byte[OnStack];
        user.TryWriteBytes(text, bigEndian: true, out var at);
        at += Encoding.UTF8.GetBytes(route, text[at..]);
        text[at++] = (byte)'\n';
        at += Encoding.UTF8.GetBytes(key, text[at..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..at], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <summary>What became of a key.</summary>
public abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>Execute; the lease is this request's. Its end is its name: no two claims of one process have the same.</summary>
    public sealed record Granted(DateTimeOffset FirstSeen, DateTimeOffset Lease) : IdempotencyClaim;

    /// <summary>Executed before: answer this. <see cref="AnswerSeal"/> opens it.</summary>
    public sealed record Answered(int Status, byte[] Answer) : IdempotencyClaim;

    /// <summary>Another request with the key is being executed.</summary>
    public sealed record Running : IdempotencyClaim;

    /// <summary>The key belongs to another body.</summary>
    public sealed record Reused : IdempotencyClaim;
}
