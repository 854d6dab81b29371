namespace Webrana.Wire.Security;

/// <summary>A personal API token, of <c>GET /api/v1/api-tokens</c>. The token itself is never shown again.</summary>
/// <param name="Id">To revoke it.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Start">Its first letters, to recognise it.</param>
/// <param name="Scopes">What it may do; see <see cref="TokenScopes"/>.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Null: never.</param>
/// <param name="LastUsedAt">To the minute; null: never.</param>
/// <param name="LastUsedFrom">Network address of its last use.</param>
public sealed record ApiToken(
    string Id, string Name, string Start, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt,
    string? LastUsedFrom);

/// <summary>
/// <c>POST /api/v1/api-tokens</c> → 201 <see cref="ApiTokenCreated"/>. Only a person who is signed in makes tokens; a token makes none.
/// Refused: 422 <c>validation_failed</c>, 422 <c>wrong_password</c>, 409 <c>too_many_tokens</c>.
/// </summary>
/// <param name="Name">1 to 64 characters.</param>
/// <param name="Scopes">One or more of <see cref="TokenScopes.All"/>.</param>
/// <param name="Password">The account's password.</param>
/// <param name="ExpiresInDays">1 to 365; null: it does not expire.</param>
public sealed record CreateApiTokenRequest(string Name, IReadOnlyList<string> Scopes, string Password, int? ExpiresInDays = 90);

/// <summary>Answer to <see cref="CreateApiTokenRequest"/>.</summary>
/// <param name="Token">The bearer token. Shown this once.</param>
/// <param name="Details">What the list says of it.</param>
public sealed record ApiTokenCreated(string Token, ApiToken Details);

/// <summary>What a token may do: <c>read</c> and <c>write</c> everywhere a token may go, or per area. To write an area is to read it, too.</summary>
public static class TokenScopes
{
    /// <summary>Reads every area.</summary>
    public const string Read = "read";

    /// <summary>Reads and writes every area.</summary>
    public const string Write = "write";

    /// <summary>The areas that have scopes of their own.</summary>
    public static IReadOnlyList<string> Areas { get; } = ["servers", "wallet", "promos", "ssh-keys", "notifications", "profile"];

    /// <summary>Every scope there is.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Write, .. Areas.SelectMany(area => new[] { $"{area}:read", $"{area}:write" })];

    /// <summary>Whether these scopes allow it.</summary>
    /// <param name="granted">A token's scopes.</param>
    /// <param name="area">One of <see cref="Areas"/>.</param>
    /// <param name="writes">Whether something is changed.</param>
    public static bool Allow(IEnumerable<string> granted, string area, bool writes) =>
        granted.Any(scope => scope == Write || scope == $"{area}:write" || (!writes && (scope == Read || scope == $"{area}:read")));
}
