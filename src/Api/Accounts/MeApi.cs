using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>The signed-in person: <c>/api/v1/me</c>.</summary>
public static class MeApi
{
    public static RouteGroupBuilder MapMe(this RouteGroupBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Account").ForCustomers(TokenAreas.Profile);
        me.MapGet("", GetMe).Describe("Who is signed in.");
        me.MapPatch("", ChangeMe).Describe(
            "Change name, phone or language; absent fields stay. A few phone numbers a day.",
            new UpdateProfileRequest("Budi Santoso", "081234567890", "en"), ProblemKinds.ValidationFailed, ProblemKinds.TooManyRequests);
        return api;
    }

    private static async Task<Results<Ok<Profile>, Refusal>> GetMe([AsParameters] AccountServices account) =>
        await account.Users.GetUserAsync(account.Http.User) is { } user
            ? TypedResults.Ok(await ProfileAsync(account, user))
            : Refusal.Of(ProblemKinds.Unauthenticated); // deleted while its token lives

    private static async Task<Results<Ok<Profile>, Refusal>> ChangeMe(UpdateProfileRequest body, [AsParameters] AccountServices account)
    {
        var invalid = new FieldErrors()
            .Check(body.Name is null || AccountRules.IsName(body.Name), "name", AccountRules.NameRule)
            .Check(string.IsNullOrEmpty(body.Phone) || AccountRules.IsPhone(body.Phone), "phone", AccountRules.PhoneRule)
            .Check(body.Locale is null || AccountRules.IsLocale(body.Locale), "locale", AccountRules.LocaleRule)
            .Refusal;
        if (invalid is not null)
            return invalid;
        if (await account.Users.GetUserAsync(account.Http.User) is not { } user)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        if (!string.IsNullOrEmpty(body.Phone) && body.Phone != user.Phone && account.Limits.PhoneGiven(user.Id) is { } tooMany)
            return tooMany;
        user.Name = body.Name?.Trim() ?? user.Name;
        user.Phone = body.Phone is null ? user.Phone : body.Phone.Length == 0 ? null : body.Phone;
        user.Locale = body.Locale ?? user.Locale;
        var saved = await account.Users.UpdateAsync(user);
        if (!saved.Succeeded) // somebody changed it at the same moment
            return Refusal.Of(ProblemKinds.TemporarilyUnavailable);
        // Dies between the two: the caller sees an error and sends the same change again, which writes both.
        var contact = await account.Mails.PutContactAsync(user);
        return contact.IsOk ? TypedResults.Ok(await ProfileAsync(account, user)) : Refusal.From(contact);
    }

    private static async Task<Profile> ProfileAsync(AccountServices account, User user) => new(
        user.Id.ToString("D"), user.Email!, user.Name, user.Phone, [.. (await account.Users.GetRolesAsync(user)).Order(StringComparer.Ordinal)],
        user.ReferralCode, user.Locale);
}
