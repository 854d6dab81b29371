using Microsoft.AspNetCore.Authorization;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Data.Shop;

namespace Webrana.Api.Shop;

/// <summary>
/// A frozen customer's tokens, of whatever kind, open nothing: freezing ends sessions, and this closes what a token still in hand would
/// open for its remaining minutes. Behind authentication, before every endpoint but those that need no token.
/// </summary>
internal static class FrozenGate
{
    public static IApplicationBuilder UseFrozenGate(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.User.TryGetUserId(out var user)
            && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            && (await http.RequestServices.GetRequiredService<ShopState>().ReadAsync()).IsFrozen(user.Value))
        {
            await Refusal.Of(ProblemKinds.AccountFrozen).ExecuteAsync(http);
            return;
        }

        await next(http);
    });
}
