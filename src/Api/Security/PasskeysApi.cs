using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>Passkeys: <c>/api/v1/me/passkeys</c>, and signing in with one.</summary>
public static class PasskeysApi
{
    private const string ExampleState = "CfDJ8PasskeyStateExample";

    private static readonly JsonElement ExampleCredential = JsonDocument.Parse("""
        {"id":"AQIDBA","rawId":"AQIDBA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"e30"}}
        """).RootElement;

    public static RouteGroupBuilder MapPasskeys(this RouteGroupBuilder api)
    {
        var passkeys = api.MapGroup("/me/passkeys").WithTags("Security").ForThePerson();
        passkeys.MapGet("", List).Describe("Your passkeys, oldest first.");
        passkeys.MapPost("/options", AskForNew).Describe(
            "What a browser needs to make a passkey.", new AskPasskeyRequest("kopi-tubruk-77"),
            ProblemKinds.WrongPassword, ProblemKinds.LockedOut, ProblemKinds.TooManyPasskeys, ProblemKinds.InvalidSession);
        passkeys.MapPost("", Add).Describe(
            "Add the passkey a browser made.", new AddPasskeyRequest("Laptop kerja", ExampleState, ExampleCredential),
            ProblemKinds.PasskeyRefused, ProblemKinds.ValidationFailed, ProblemKinds.InvalidSession);
        passkeys.MapDelete("/{id}", Remove).Describe("Remove a passkey.", ProblemKinds.NotFound, ProblemKinds.InvalidSession);
        var auth = api.MapGroup("/auth/passkey").WithTags("Security").ForAnyone();
        auth.MapPost("/options", AskForSignIn).Describe("What a browser needs to sign in with a passkey.");
        auth.MapPost("/sessions", StartSession).Describe(
            "Start a Web session with a passkey; it is password and second factor in one.", new PasskeySignInRequest(ExampleState, ExampleCredential),
            ProblemKinds.InvalidPasskey, ProblemKinds.EmailNotConfirmed, ProblemKinds.LockedOut);
        return api;
    }

    private static async Task<Results<Ok<Page<Passkey>>, Refusal>> List([AsParameters] SecurityServices security) =>
        await security.UserAsync() is { } user
            ? TypedResults.Ok(new Page<Passkey>(await security.Passkeys.ListAsync(user)))
            : Refusal.Of(ProblemKinds.Unauthenticated);

    private static async Task<Results<Ok<PasskeyChallenge>, Refusal>> AskForNew(AskPasskeyRequest body, [AsParameters] SecurityServices security)
    {
        var (user, refusal) = await security.ProvenAsync(body.Password);
        if (user is null)
            return refusal!;
        return (await security.Users.GetPasskeysAsync(user)).Count >= Passkeys.Most
            ? Refusal.Of(ProblemKinds.TooManyPasskeys)
            : TypedResults.Ok(await security.Passkeys.AskForNewAsync(user, security.Http));
    }

    private static async Task<Results<Created<Passkey>, Refusal>> Add(AddPasskeyRequest body, [AsParameters] SecurityServices security)
    {
        if (new FieldErrors().Check(SecurityRules.IsLabel(body.Name), "name", SecurityRules.LabelRule).Refusal is { } invalid)
            return invalid;
        if (await security.UserAsync() is not { } user)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        if (await security.Passkeys.AddAsync(user, body, security.Http) is not { } added)
            return Refusal.Of(ProblemKinds.PasskeyRefused);
        await security.Notices.ChangedAsync(user, SecurityChanges.PasskeyAdded);
        return TypedResults.Created((string?)null, added);
    }

    private static async Task<Results<NoContent, Refusal>> Remove(string id, [AsParameters] SecurityServices security)
    {
        if (await security.UserAsync() is not { } user)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        if (!await security.Passkeys.RemoveAsync(user, id))
            return Refusal.Of(ProblemKinds.NotFound);
        await security.Notices.ChangedAsync(user, SecurityChanges.PasskeyRemoved);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<PasskeyChallenge>> AskForSignIn([AsParameters] SecurityServices security) =>
        TypedResults.Ok(await security.Passkeys.AskForSignInAsync(security.Http));

    private static async Task<Results<Created<SessionCreated>, Refusal>> StartSession(PasskeySignInRequest body, [AsParameters] SecurityServices security)
    {
        if (await security.Passkeys.SignInAsync(body, security.Http) is not { } user)
            return Refusal.Of(ProblemKinds.InvalidPasskey);
        if (await security.SignIn.MayEnterAsync(user) is { } closed)
            return closed;
        var id = new Contracts.UserId(user.Id);
        var isNew = await security.Notices.IsNewDeviceAsync(id, security.Origin, security.Cancellation);
        var session = await security.Sessions.StartWebSessionAsync(id, security.Origin, security.Cancellation);
        if (isNew)
            await security.Notices.SignedInAsync(user, security.Origin);
        return TypedResults.Created((string?)null, new SessionCreated(session, user.Id.ToString("D")));
    }
}
