namespace Webrana.Wire.Admin;

/// <summary>A customer as an admin sees one: <c>GET /internal/users?search=&amp;limit=&amp;cursor=</c> (by part of e-mail or name), <c>/internal/users/{id}</c>.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Email">Address.</param>
/// <param name="Name">Name.</param>
/// <param name="Phone">Or null.</param>
/// <param name="Roles"><c>customer</c>, <c>admin</c>, <c>finance</c>, <c>support</c>.</param>
/// <param name="Locale"><c>id</c> or <c>en</c>.</param>
/// <param name="EmailConfirmed">May sign in.</param>
/// <param name="LockedUntil">Too many failures; null when not locked.</param>
/// <param name="CreatedAt">When registered.</param>
/// <param name="Balance">IDR in the wallet; null where the list does not know it.</param>
/// <param name="InstanceCount">Servers not terminated; null where the list does not know it.</param>
/// <param name="FrozenSince">Shut out since then; null when not.</param>
/// <param name="FrozenReason">Why, as the admin gave it; null in lists.</param>
/// <param name="TwoFactor">Signing in asks for a code of an authenticator app.</param>
public sealed record AdminUser(
    string Id, string Email, string Name, string? Phone, IReadOnlyList<string> Roles, string Locale, bool EmailConfirmed,
    DateTimeOffset? LockedUntil, DateTimeOffset CreatedAt, long? Balance = null, int? InstanceCount = null,
    DateTimeOffset? FrozenSince = null, string? FrozenReason = null, bool TwoFactor = false);
