using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Data.Protection;

namespace Webrana.Api.Security;

/// <summary>
/// Identity's store, with what it keeps in <c>user_tokens</c> (the authenticator's secret, recovery codes) sealed by the Data Protection ring: a stolen
/// copy of the table opens no second factor. Keys rotate; old ones keep opening, and <c>ops rotate-keys</c> closes anew what lies under them.
/// </summary>
internal sealed class SealedUserStore(IdentityDb db, IDataProtectionProvider protection, IdentityErrorDescriber describer)
    : UserStore<User, Role, IdentityDb, Guid>(db, describer)
{
    private readonly UserTokenSeal _seal = new(protection);

    public override Task SetTokenAsync(User user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(user, loginProvider, name, value is null ? null : _seal.Seal(value), cancellationToken);

    public override async Task<string?> GetTokenAsync(User user, string loginProvider, string name, CancellationToken cancellationToken) =>
        await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is { } stored ? _seal.Open(stored) : null;
}
