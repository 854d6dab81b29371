using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>Signing in and out: token pairs for API customers, sessions for the Web.</summary>
public static class SessionsApi
{
    private const string ExampleSession = "wbr_ws_3kq0b1mJ0QyW0n1o5hVvY1c7u3f2nQmS8p0aYb6dE2g";
    private const string ExampleRefresh = "wbr_rt_3kq0b1mJ0QyW0n1o5hVvY1c7u3f2nQmS8p0aYb6dE2g";

    public static RouteGroupBuilder MapSessions(this RouteGroupBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Account").ForAnyone();
        auth.MapPost("/login", Login).Describe(
            "Log in: an access token for ten minutes and a refresh token for one use.",
            new LoginRequest("budi@example.com", "kopi-tubruk-77"),
            ProblemKinds.InvalidCredentials, ProblemKinds.TwoFactorRequired, ProblemKinds.InvalidTwoFactorCode, ProblemKinds.EmailNotConfirmed, ProblemKinds.AccountFrozen, ProblemKinds.LockedOut);
        auth.MapPost("/refresh", Refresh).Describe(
            "Exchange a refresh token, once; a second use ends all tokens of that login.",
            new RefreshRequest(ExampleRefresh), ProblemKinds.InvalidRefreshToken);
        auth.MapPost("/logout", Logout).Describe(
            "End all tokens of this login.", new LogoutRequest(ExampleRefresh));
        auth.MapPost("/sessions", StartSession).Describe(
            "Start a Web session.", new CreateSessionRequest("budi@example.com", "kopi-tubruk-77"),
            ProblemKinds.InvalidCredentials, ProblemKinds.TwoFactorRequired, ProblemKinds.InvalidTwoFactorCode, ProblemKinds.EmailNotConfirmed, ProblemKinds.AccountFrozen, ProblemKinds.LockedOut);
        auth.MapPost("/sessions/exchange", ExchangeSession).Describe(
            "Get an access token for a Web session; prolongs it.", new ExchangeSessionRequest(ExampleSession), ProblemKinds.InvalidSession);
        auth.MapDelete("/sessions", EndSession).Describe("End a Web session.", new EndSessionRequest(ExampleSession));
        return api;
    }

    private static async Task<Results<Ok<TokenPair>, Refusal>> Login(LoginRequest body, [AsParameters] AccountServices account)
    {
        var (user, refusal) = await account.SignIn.CheckAsync(body.Email, body.Password, body.TwoFactorCode, account.Origin.Address, account.Cancellation);
        if (user is null)
            return refusal!;
        var isNew = await account.Notices.IsNewDeviceAsync(new UserId(user.Id), account.Origin, account.Cancellation);
        var login = await account.Sessions.StartFamilyAsync(new UserId(user.Id), account.Origin, account.Cancellation);
        if (isNew)
            await account.Notices.SignedInAsync(user, account.Origin);
        return await PairAsync(account, user, login);
    }

    private static async Task<Results<Ok<TokenPair>, Refusal>> Refresh(RefreshRequest body, [AsParameters] AccountServices account)
    {
        var rotation = await account.Sessions.RotateAsync(body.RefreshToken, account.Origin, account.Cancellation);
        var user = rotation is null ? null : await account.Users.FindByIdAsync(rotation.User.ToString());
        return user is null ? Refusal.Of(ProblemKinds.InvalidRefreshToken) : await PairAsync(account, user, rotation!);
    }

    private static async Task<NoContent> Logout(LogoutRequest body, [AsParameters] AccountServices account)
    {
        await account.SignOuts.TellAsync(await account.Sessions.EndFamilyAsync(body.RefreshToken, account.Cancellation));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Created<SessionCreated>, Refusal>> StartSession(CreateSessionRequest body, [AsParameters] AccountServices account)
    {
        var (user, refusal) = await account.SignIn.CheckAsync(body.Email, body.Password, body.TwoFactorCode, account.Origin.Address, account.Cancellation);
        if (user is null)
            return refusal!;
        var isNew = await account.Notices.IsNewDeviceAsync(new UserId(user.Id), account.Origin, account.Cancellation);
        var session = await account.Sessions.StartWebSessionAsync(new UserId(user.Id), account.Origin, account.Cancellation);
        if (isNew)
            await account.Notices.SignedInAsync(user, account.Origin);
        NoStore(account.Http);
        return TypedResults.Created((string?)null, new SessionCreated(session, user.Id.ToString("D")));
    }

    private static async Task<Results<Ok<AccessToken>, Refusal>> ExchangeSession(ExchangeSessionRequest body, [AsParameters] AccountServices account)
    {
        var session = await account.Sessions.TouchWebSessionAsync(body.Session, account.Cancellation);
        var user = session is null ? null : await account.Users.FindByIdAsync(session.User.ToString());
        if (user is null)
            return Refusal.Of(ProblemKinds.InvalidSession);
        NoStore(account.Http);
        return TypedResults.Ok(account.AccessTokens.Issue(session!.User, await account.Users.GetRolesAsync(user), session.Login));
    }

    private static async Task<NoContent> EndSession([FromBody] EndSessionRequest body, [AsParameters] AccountServices account)
    {
        await account.SignOuts.TellAsync(await account.Sessions.EndWebSessionAsync(body.Session, account.Cancellation));
        return TypedResults.NoContent();
    }

    private static async Task<Ok<TokenPair>> PairAsync(AccountServices account, User user, Rotation login)
    {
        var access = account.AccessTokens.Issue(new UserId(user.Id), await account.Users.GetRolesAsync(user), login.Family);
        NoStore(account.Http);
        return TypedResults.Ok(new TokenPair(access.Token, login.RefreshToken, access.ExpiresAt));
    }

    /// <summary>Credentials must not be kept by anything on the way.</summary>
    private static void NoStore(HttpContext http) => http.Response.Headers.CacheControl = "no-store";
}
