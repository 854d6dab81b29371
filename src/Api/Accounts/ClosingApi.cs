using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>Closing the account by its owner: <c>/api/v1/me/closing</c>.</summary>
public static class ClosingApi
{
    public static RouteGroupBuilder MapClosing(this RouteGroupBuilder api)
    {
        var closing = api.MapGroup("/me/closing").WithTags("Account").ForThePerson();
        closing.MapGet("", Preview).Describe("What stands in the way of closing the account, and what would be lost by it.", ProblemKinds.InvalidSession);
        closing.MapPost("", Close).Describe(
            "Close the account: shut at once, personal data erased within minutes, the ledger kept without a name and invoices as they were issued. The address may register anew.",
            new CloseAccountRequest("kata-sandi-anda", null, 12_500),
            ProblemKinds.ValidationFailed, ProblemKinds.WrongPassword, ProblemKinds.TwoFactorRequired, ProblemKinds.WrongCode, ProblemKinds.LockedOut, ProblemKinds.StaffAccount,
            ProblemKinds.NotFound, ProblemKinds.ServersExist, ProblemKinds.PaymentsPending, ProblemKinds.PayoutPending, ProblemKinds.MoneyHeld, ProblemKinds.OutstandingDebt,
            ProblemKinds.BalanceNotGivenUp, ProblemKinds.InvalidSession);
        return api;
    }

    private static async Task<Ok<ClosingState>> Preview(IClusterClient cluster, HttpContext http)
    {
        var preview = await Grain(cluster, http.User.GetUserId()).Preview();
        return TypedResults.Ok(new ClosingState(
            preview.Servers, preview.PendingPayments, preview.OrdinaryIdr, preview.BonusIdr, preview.HeldIdr, preview.DebtIdr, preview.PendingPayouts));
    }

    private static async Task<Results<Accepted, Refusal>> Close(CloseAccountRequest body, [AsParameters] SecurityServices security, IClusterClient cluster)
    {
        if (new FieldErrors().Check(body.GiveUp >= 0, "giveUp", "Not negative.").Refusal is { } invalid)
            return invalid;
        var (user, refusal) = await security.ProvenAsync(body.Password);
        if (user is null)
            return refusal!;
        if (await SecondFactorAsync(user, body.TwoFactorCode, security) is { } unproven)
            return unproven;
        // An admin who vanishes leaves acts without a name behind them; the role goes first.
        if ((await security.Users.GetRolesAsync(user)).Any(Roles.Staff.Split(',').Contains))
            return Refusal.Of(ProblemKinds.StaffAccount);
        var begun = await Grain(cluster, security.UserId).Begin(new BeginClosing(body.GiveUp));
        return begun.IsOk ? TypedResults.Accepted((string?)null) : Refused(begun);
    }

    private static async Task<Refusal?> SecondFactorAsync(User user, string? code, SecurityServices security)
    {
        if (!user.TwoFactorEnabled)
            return null;
        if (string.IsNullOrWhiteSpace(code))
            return Refusal.Of(ProblemKinds.TwoFactorRequired);
        if (await security.SignIn.TakeTryAsync(user, security.Origin.Address, security.Cancellation) is { } wait)
            return wait;
        if (!await security.TwoFactor.TakeAsync(user, code, security.Cancellation))
            return Refusal.Of(ProblemKinds.WrongCode);
        await security.SignIn.WasRightAsync(user, security.Origin.Address, security.Cancellation);
        return null;
    }

    /// <summary>How many, or how much, is a figure.</summary>
    private static Refusal Refused(Result<Done, ClosingError> refused)
    {
        var kind = GrainErrors.KindOf(refused.Error!.Value);
        var counts = refused.Error is ClosingError.ServersExist or ClosingError.PaymentsPending or ClosingError.PayoutPending;
        return long.TryParse(refused.Detail, CultureInfo.InvariantCulture, out var figure)
            ? Refusal.Of(kind).With(new Dictionary<string, long> { [counts ? "count" : "amount"] = figure })
            : Refusal.Of(kind);
    }

    private static IAccountClosingGrain Grain(IClusterClient cluster, UserId user) => cluster.GetGrain<IAccountClosingGrain>(GrainKeys.Closing(user));
}
