using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>An authenticator app as second factor: <c>/api/v1/me/two-factor</c>.</summary>
public static class TwoFactorApi
{
    public static RouteGroupBuilder MapTwoFactor(this RouteGroupBuilder api)
    {
        var factor = api.MapGroup("/me/two-factor").WithTags("Security").ForThePerson();
        factor.MapPost("/setup", SetUp).Describe(
            "Make a secret for an authenticator app; nothing is in force before its first code.", new SetUpTwoFactorRequest("kopi-tubruk-77"),
            ProblemKinds.WrongPassword, ProblemKinds.LockedOut, ProblemKinds.TwoFactorOn, ProblemKinds.InvalidSession);
        factor.MapPost("", Enable).Describe(
            "Switch it on with the app's first code; answers the recovery codes, once.", new EnableTwoFactorRequest("123456"),
            ProblemKinds.WrongCode, ProblemKinds.LockedOut, ProblemKinds.TwoFactorOn, ProblemKinds.TwoFactorOff, ProblemKinds.InvalidSession);
        factor.MapDelete("", Disable).Describe(
            "Switch it off; takes password and a code.", new ProveTwoFactorRequest("kopi-tubruk-77", "123456"),
            ProblemKinds.WrongPassword, ProblemKinds.WrongCode, ProblemKinds.LockedOut, ProblemKinds.TwoFactorOff, ProblemKinds.InvalidSession);
        factor.MapPost("/recovery-codes", NewCodes).Describe(
            "Ten new recovery codes; the old ones open nothing any more.", new ProveTwoFactorRequest("kopi-tubruk-77", "123456"),
            ProblemKinds.WrongPassword, ProblemKinds.WrongCode, ProblemKinds.LockedOut, ProblemKinds.TwoFactorOff, ProblemKinds.InvalidSession);
        return api;
    }

    private static async Task<Results<Ok<TwoFactorSetup>, Refusal>> SetUp(SetUpTwoFactorRequest body, [AsParameters] SecurityServices security)
    {
        var (user, refusal) = await security.ProvenAsync(body.Password);
        if (user is null)
            return refusal!;
        if (user.TwoFactorEnabled)
            return Refusal.Of(ProblemKinds.TwoFactorOn);
        var (secret, uri) = await security.TwoFactor.SetUpAsync(user);
        return TypedResults.Ok(new TwoFactorSetup(string.Join(' ', secret.Chunk(4).Select(part => new string(part))), uri));
    }

    private static async Task<Results<Ok<RecoveryCodes>, Refusal>> Enable(EnableTwoFactorRequest body, [AsParameters] SecurityServices security)
    {
        if (await security.UserAsync() is not { } user)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        if (user.TwoFactorEnabled)
            return Refusal.Of(ProblemKinds.TwoFactorOn);
        if (!await security.TwoFactor.HasSecretAsync(user))
            return Refusal.Of(ProblemKinds.TwoFactorOff);
        if (await security.SignIn.TakeTryAsync(user, security.Origin.Address, security.Cancellation) is { } wait)
            return wait;
        if (await security.TwoFactor.EnableAsync(user, body.Code, security.Cancellation) is not { } codes)
            return Refusal.Of(ProblemKinds.WrongCode);
        await security.SignIn.WasRightAsync(user, security.Origin.Address, security.Cancellation);
        await security.Notices.ChangedAsync(user, SecurityChanges.TwoFactorOn);
        return TypedResults.Ok(new RecoveryCodes(codes));
    }

    private static async Task<Results<NoContent, Refusal>> Disable([FromBody] ProveTwoFactorRequest body, [AsParameters] SecurityServices security)
    {
        var (user, refusal) = await BothAsync(body, security);
        if (user is null)
            return refusal!;
        await security.TwoFactor.DisableAsync(user);
        await security.Notices.ChangedAsync(user, SecurityChanges.TwoFactorOff);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<RecoveryCodes>, Refusal>> NewCodes(ProveTwoFactorRequest body, [AsParameters] SecurityServices security)
    {
        var (user, refusal) = await BothAsync(body, security);
        if (user is null)
            return refusal!;
        var codes = await security.TwoFactor.NewRecoveryCodesAsync(user);
        await security.Notices.ChangedAsync(user, SecurityChanges.RecoveryCodes);
        return TypedResults.Ok(new RecoveryCodes(codes));
    }

    private static async Task<(User? User, Refusal? Refusal)> BothAsync(ProveTwoFactorRequest body, SecurityServices security)
    {
        var (user, refusal) = await security.ProvenAsync(body.Password);
        if (user is null)
            return (null, refusal);
        if (!user.TwoFactorEnabled)
            return (null, Refusal.Of(ProblemKinds.TwoFactorOff));
        if (await security.SignIn.TakeTryAsync(user, security.Origin.Address, security.Cancellation) is { } wait)
            return (null, wait);
        if (!await security.TwoFactor.TakeAsync(user, body.Code, security.Cancellation))
            return (null, Refusal.Of(ProblemKinds.WrongCode));
        await security.SignIn.WasRightAsync(user, security.Origin.Address, security.Cancellation);
        return (user, null);
    }
}
