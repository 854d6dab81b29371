using System.Collections.Concurrent;
using Orleans.Runtime;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;

namespace Webrana.Grains.Tests.Promos;

/// <summary>Keeps a reward at one of its steps, however often the sweepers try: what is asked of it is turned away, or done and its answer lost.</summary>
public sealed class RewardFaults : IIncomingGrainCallFilter
{
    static readonly ConcurrentDictionary<string, bool> Broken = new(StringComparer.Ordinal);

    /// <summary>This promo holds places and does not say so.</summary>
    public static void LoseReservations(string promo) => Broken[GrainKeys.Promo(promo) + nameof(IPromoGrain.ReserveReward)] = true;

    /// <summary>This wallet takes bonuses and does not say so.</summary>
    public static void LoseBonuses(UserId owner) => Broken[GrainKeys.Wallet(owner) + nameof(IWalletGrain.GrantBonus)] = true;

    /// <summary>No bonus reaches this wallet.</summary>
    public static void TurnBonusesAway(UserId owner) => Broken[GrainKeys.Wallet(owner) + nameof(IWalletGrain.GrantBonus)] = false;

    /// <summary>Nothing can be told to this person.</summary>
    public static void TurnNoticesAway(UserId user) => Broken[GrainKeys.Account(user) + nameof(IAccountGrain.Notify)] = false;

    /// <summary>No server of this person hears of money.</summary>
    public static void TurnOffersAway(UserId owner) => Broken[GrainKeys.MoneyArrival(owner) + nameof(IMoneyArrivalGrain.Offer)] = false;

    /// <summary>All is well again.</summary>
    public static void Clear() => Broken.Clear();

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (!Broken.TryGetValue(context.TargetId.Key + context.MethodName, out var isDone))
        {
            await context.Invoke();
            return;
        }

        if (isDone) await context.Invoke();
        throw new InfrastructureException("Broken by a test.", outcomeKnown: !isDone);
    }
}
