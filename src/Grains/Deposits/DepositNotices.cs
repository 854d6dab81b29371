using System.Data.Common;
using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Promos;

namespace Webrana.Grains.Deposits;

/// <summary>Who hears of a deposit: the owner's open pages, the owner, and the owner's servers that wait for money.</summary>
public sealed partial class DepositNotices(IGrainFactory grains, ILogger<DepositNotices> logger)
{
    /// <summary>A hint to open pages: one-way, best effort.</summary>
    public void Changed(DepositState state) =>
        _ = grains.GetGrain<IFeedGrain>(GrainKeys.Feed(new UserId(state.Owner)))
            .Publish(UserEventKind.DepositChanged, new DepositId(state.DepositId).ToString());

    /// <summary>Tells of credited money. Safe to repeat: the notice has one id, the rest are hints. False when notice or servers must be tried again.</summary>
    public async Task<bool> Paid(DepositState state, DepositPayment payment)
    {
        Changed(state);
        // Durable before the deposit forgets it: whoever invited this person is paid from there.
        await grains.GetGrain<IRewardsGrain>(GrainKeys.Rewards(new UserId(state.Owner))).DepositPaid(new DepositId(state.DepositId), payment.CreditedIdr);
        var offered = await TellServers(new UserId(state.Owner));
        return await Tell(state, Notice.DepositPaid($"deposit-paid-{payment.Reference}", payment.CreditedIdr, payment.BalanceAfterIdr)) && offered;
    }

    /// <summary>Tells the owner of a debt: a top-up was given back and part of it had been spent. Safe to repeat. False when it must be tried again.</summary>
    public Task<bool> Owed(DepositState state, DepositPayment payment) =>
        Tell(state, Notice.DebtOwed($"deposit-owed-{payment.Reference}", payment.OwedIdr!.Value));

    async Task<bool> Tell(DepositState state, Notice notice)
    {
        var taken = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(state.Owner))).Notify(notice);
        if (taken.Error is AccountError.NotFound) Log.NobodyToTell(logger, new DepositId(state.DepositId));
        return taken.Error is null or AccountError.NotFound;
    }

    /// <summary>
    /// Whatever of the owner's waits for money tries again now. False when one was not reached: a server that is switched off would not look at
    /// the balance by itself for days.
    /// </summary>
    async Task<bool> TellServers(UserId owner)
    {
        try
        {
            await grains.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(owner)).Offer();
            return true;
        }
        catch (Exception exception) when (exception is DbException || Infrastructure.IsCause(exception))
        {
            Log.ServersNotTold(logger, exception, owner);
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Not every server of {Owner} heard that money arrived; they are told again")]
        public static partial void ServersNotTold(ILogger logger, Exception exception, UserId owner);

        [LoggerMessage(2011, LogLevel.Warning, "Deposit {Deposit}: its owner has no contact to be told")]
        public static partial void NobodyToTell(ILogger logger, DepositId deposit);
    }
}
