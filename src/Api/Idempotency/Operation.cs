using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Webrana.Data.Idempotency;

namespace Webrana.Api.Idempotency;

/// <summary>
/// The identity of one write. With an Idempotency-Key it is derived from (user, route, key) and the first sight of the key, so that a request
/// repeated after its lease has lapsed, or after a crash, goes to the same grain under the same operation id; without one it is random.
/// </summary>
public sealed class Operation
{
    private static readonly object Slot = new();

    private Operation(Guid id) => Id = id;

    /// <summary>A new grain's id, or the base of this write's operation ids.</summary>
    public Guid Id { get; }

    /// <summary>The operation of this request. Made when it is first asked for: filters run after parameters are bound.</summary>
    public static Operation Of(HttpContext http)
    {
        if (http.Items.TryGetValue(Slot, out var known))
            return (Operation)known!;
        var fresh = new Operation(Guid.NewGuid());
        http.Items[Slot] = fresh;
        return fresh;
    }

    internal static void Set(HttpContext http, IdempotencyScope scope, DateTimeOffset firstSeen) => http.Items[Slot] = new Operation(Derive(scope, firstSeen));

    /// <summary>First sight is part of it because a key may mean something new once its row is gone.</summary>
    internal static Guid Derive(IdempotencyScope scope, DateTimeOffset firstSeen)
    {
        Span<byte> room = stackalloc byte[512];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (Utf8.TryWrite(room, CultureInfo.InvariantCulture, $"{scope.User:D}\n{scope.Route}\n{scope.Key}\n{firstSeen.ToUnixTimeMilliseconds()}", out var length))
            SHA256.HashData(room[..length], hash);
        else
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{scope.User:D}\n{scope.Route}\n{scope.Key}\n{firstSeen.ToUnixTimeMilliseconds()}")), hash);
        return new Guid(hash[..16]);
    }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString("D");
}
