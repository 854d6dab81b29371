using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Wire;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Wallets;

/// <summary>The customer's wallet and its history: <c>/api/v1/wallet</c>.</summary>
public static class WalletApi
{
    public static RouteGroupBuilder MapWallet(this RouteGroupBuilder api)
    {
        var wallet = api.MapGroup("/wallet").WithTags("Wallet").ForCustomers(TokenAreas.Wallet);
        wallet.MapGet("", GetWallet).Describe("Balance, held, available and bonus.");
        wallet.MapGet("/bonuses", ListBonuses).Describe("Lots of bonus money in the order they are spent, soonest expiry first.");
        wallet.MapGet("/transactions", ListTransactions).Describe(
            "History, newest first; of one kind with ?referenceType=.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        return api;
    }

    private static async Task<Ok<Wallet>> GetWallet(HttpContext http, WalletServices wallets) =>
        TypedResults.Ok(await wallets.ReadAsync(http.User.GetUserId(), http.RequestAborted));

    private static async Task<Ok<Page<BonusLot>>> ListBonuses(HttpContext http, WalletServices wallets)
    {
        var wallet = await wallets.Grain(http.User.GetUserId()).Get();
        return TypedResults.Ok(new Page<BonusLot>([.. (wallet.Lots ?? []).Select(WalletMapping.ToWire)]));
    }

    private static Task<Results<Ok<Page<Transaction>>, Refusal>> ListTransactions(
        HttpContext http, WalletServices wallets, string? referenceType, int? limit, string? cursor) =>
        wallets.ListAsync(http.User.GetUserId(), referenceType, limit, cursor, upTo: null, http.RequestAborted);
}
