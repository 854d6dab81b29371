using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Idempotency;
using Webrana.Api.Legal;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Promos;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Providers;
using Webrana.Data.States;
using Webrana.Wire;
using Webrana.Wire.Deposits;
using PaymentChannel = Webrana.Wire.Deposits.PaymentChannel;

namespace Webrana.Api.Deposits;

/// <summary>Top-ups: <c>/api/v1/wallet/channels</c>, <c>/wallet/deposit</c>, <c>/wallet/deposits</c>.</summary>
public static class DepositsApi
{
    public static RouteGroupBuilder MapDeposits(this RouteGroupBuilder api)
    {
        var wallet = api.MapGroup("/wallet").WithTags("Wallet").ForCustomers(TokenAreas.Wallet);
        wallet.MapGet("/channels", ListChannels).Describe(
            "Payment channels; with ?amount= the fee for it.", ProblemKinds.InvalidAmount, ProblemKinds.GatewayUnavailable);
        wallet.MapPost("/deposit", CreateDeposit).AfterTerms().Describe(
            "Top up: creates the payment and says how to pay it.",
            new CreateDepositRequest(200_000, "BRIVA"),
            ProblemKinds.InvalidAmount, ProblemKinds.AmountBelowMinimum, ProblemKinds.AmountAboveMaximum, ProblemKinds.PaymentMethodUnavailable,
            ProblemKinds.PromoCodeInvalid, ProblemKinds.PromoBelowMinimum, ProblemKinds.PromoWrongChannel, ProblemKinds.PromoAlreadyUsed,
            ProblemKinds.TooManyPromoCodes, ProblemKinds.TooManyPendingDeposits, ProblemKinds.OperationConflict, ProblemKinds.ValidationFailed,
            ProblemKinds.GatewayUnavailable, ProblemKinds.DepositsStopped, ProblemKinds.TermsNotAccepted);
        wallet.MapGet("/deposits", ListDeposits).Describe("Top-ups, newest first.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        wallet.MapGet("/deposits/{id}", GetDeposit).Describe("One top-up.", ProblemKinds.NotFound);
        return api;
    }

    private static async Task<Results<Ok<Page<PaymentChannel>>, Refusal>> ListChannels(
        IClusterClient cluster, IOptions<GatewayOptions> gateway, long? amount)
    {
        if (amount is <= 0)
            return Refusal.Of(ProblemKinds.InvalidAmount);
        var merchant = cluster.GetGrain<ITripayAccountGrain>(GrainKeys.TripayAccount(gateway.Value.MerchantCode));
        var channels = await merchant.Channels(amount ?? SmallestAmountIdr);
        return channels.ToOk(list => new Page<PaymentChannel>([.. list.Items.Select(DepositMapping.ToWire)]));
    }

    private static async Task<Results<Created<Deposit>, Refusal>> CreateDeposit(
        CreateDepositRequest body, [AsParameters] DepositServices services, UserManager<User> users, CodeAttempts attempts)
    {
        if (body.Amount <= 0)
            return Refusal.Of(ProblemKinds.InvalidAmount);
        var invalid = new FieldErrors()
            .Check(body.PaymentMethod.Length is > 0 and <= 32, "paymentMethod", "A channel's code.")
            .Check(body.PromoCode is null or { Length: <= 64 }, "promoCode", "At most 64 characters.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var deposit = new DepositId(Operation.Of(services.Http).Id);
        var code = string.IsNullOrWhiteSpace(body.PromoCode) ? null : body.PromoCode.Trim();
        if (code is not null)
        {
            // A top-up tells as much about a code as the question before it: it costs the same try.
            if (await attempts.TakeAsync(services.Http) is { } tooMany)
                return tooMany;
            // Then before anything else is read: when a promo for a thousand is gone, many more than a thousand still come.
            if (await services.Cluster.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk()).IsGone(code, deposit))
                return Refusal.Of(ProblemKinds.PromoCodeInvalid);
        }

        if (await users.GetUserAsync(services.Http.User) is not { } customer)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        var created = await services.Cluster.GetGrain<IDepositGrain>(GrainKeys.Deposit(deposit)).Create(new CreateDeposit(
            new UserId(customer.Id), body.Amount, body.PaymentMethod, code, customer.Name, customer.Email!, customer.Phone));
        if (code is not null && created.Error != DepositError.PromoCodeInvalid)
            await attempts.GiveBackAsync(services.Http);
        return created.Error == DepositError.PromoBelowMinimum
            ? PromosApi.BelowMinimum(created.Detail)
            : created.ToCreated(view => $"/api/v1/wallet/deposits/{view.DepositId}", DepositMapping.ToWire);
    }

    private static async Task<Results<Ok<Page<Deposit>>, Refusal>> ListDeposits([AsParameters] DepositServices services, int? limit, string? cursor)
    {
        if (PageQuery.TryRead("deposits", limit, cursor, out var page) is { } refusal)
            return refusal;
        var filter = new StateFilter(StateNames.Deposit, services.Http.User.GetUserId().ToString());
        return TypedResults.Ok(await services.ListAsync("deposits", filter, page));
    }

    private static async Task<Results<Ok<Deposit>, Refusal>> GetDeposit(string id, [AsParameters] DepositServices services)
    {
        if (!DepositId.TryParse(id, out var deposit))
            return Refusal.Of(ProblemKinds.NotFound);
        var found = await services.Cluster.GetGrain<IDepositGrain>(GrainKeys.Deposit(deposit)).Get();
        return found.Value is { } view && view.Owner != services.Http.User.GetUserId()
            ? Refusal.Of(ProblemKinds.NotFound)
            : found.ToOk(DepositMapping.ToWire);
    }

    /// <summary>What Tripay's channels start at: fees are asked for this amount when the caller names none.</summary>
    private const long SmallestAmountIdr = 10_000;
}
