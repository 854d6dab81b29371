using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Idempotency;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Wire;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>Personal API tokens: <c>/api/v1/api-tokens</c>.</summary>
public static class ApiTokensApi
{
    public static RouteGroupBuilder MapApiTokens(this RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/api-tokens").WithTags("Security").ForThePerson();
        tokens.MapGet("", List).Describe("Your API tokens, newest first.");
        tokens.MapPost("", Create).Describe(
            "Make an API token; it is shown this once.", new CreateApiTokenRequest("Skrip cadangan", ["servers:read", "wallet:read"], "kopi-tubruk-77", 90),
            ProblemKinds.ValidationFailed, ProblemKinds.WrongPassword, ProblemKinds.LockedOut, ProblemKinds.TooManyTokens, ProblemKinds.InvalidSession);
        tokens.MapDelete("/{id}", Revoke).Describe("Revoke a token; it opens nothing from now on.", ProblemKinds.NotFound, ProblemKinds.InvalidSession);
        return api;
    }

    private static async Task<Ok<Page<ApiToken>>> List([AsParameters] SecurityServices security) =>
        TypedResults.Ok(new Page<ApiToken>(await security.Tokens.ListAsync(security.UserId, security.Cancellation)));

    private static async Task<Results<Created<ApiTokenCreated>, Refusal>> Create(CreateApiTokenRequest body, [AsParameters] SecurityServices security)
    {
        var invalid = new FieldErrors()
            .Check(SecurityRules.IsLabel(body.Name), "name", SecurityRules.LabelRule)
            .Check(body.Scopes.Count > 0 && body.Scopes.All(TokenScopes.All.Contains), "scopes", $"One or more of: {string.Join(", ", TokenScopes.All)}.")
            .Check(body.ExpiresInDays is null or (>= 1 and <= 365), "expiresInDays", "1 to 365, or null for no end.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var (user, refusal) = await security.ProvenAsync(body.Password);
        if (user is null)
            return refusal!;
        var life = body.ExpiresInDays is { } days ? TimeSpan.FromDays(days) : (TimeSpan?)null;
        var made = await security.Tokens.CreateAsync(
            security.UserId, Operation.Of(security.Http).Id, body.Name.Trim(), [.. body.Scopes.Distinct()], life, security.Cancellation);
        if (made is null)
            return Refusal.Of(ProblemKinds.TooManyTokens);
        await security.Notices.ChangedAsync(user, SecurityChanges.ApiTokenMade);
        return TypedResults.Created((string?)null, made);
    }

    private static async Task<Results<NoContent, Refusal>> Revoke(string id, [AsParameters] SecurityServices security)
    {
        if (!Guid.TryParseExact(id, "D", out var token) || !await security.Tokens.RevokeAsync(security.UserId, token, security.Cancellation))
            return Refusal.Of(ProblemKinds.NotFound);
        // A console may have been opened with it.
        await security.SignOuts.TellAsync(security.UserId);
        return TypedResults.NoContent();
    }
}

/// <summary>What fields about security may hold.</summary>
internal static class SecurityRules
{
    public const string LabelRule = "1 to 64 characters, without control characters.";

    public static bool IsLabel(string label) => label.Trim().Length is >= 1 and <= 64 && !label.Any(char.IsControl);
}
