using System.Text.Json;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Promos;
using Webrana.Contracts.SshKeys;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Data.Audit;
using Webrana.Data.Shop;
using Webrana.Data.States;
using Webrana.Domain.Accounts;

namespace Webrana.Grains.Accounts;

// The steps. Each may be repeated; the stage is moved when it is done.
public sealed partial class AccountClosingGrain
{
    const string ShutReason = "Pemilik menutup akun";
    const string GivenUpReason = "Saldo dilepas pemilik saat menutup akun";

    string Notice => $"account-closed:{Owner.Value:N}:{_state.Value.Attempt}";

    string GiveUpOperation => _state.Value.Round == 0
        ? $"closing:{Owner.Value:D}:{_state.Value.Attempt}"
        : $"closing:{Owner.Value:D}:{_state.Value.Attempt}:{_state.Value.Round}";

    async Task<WakeOutcome> WorkAsync()
    {
        while (_state.Value.HasWork)
        {
            var stage = _state.Value.Stage;
            var moved = stage switch
            {
                ClosingStage.Asked => await Shut(),
                ClosingStage.Shut => await Count(),
                ClosingStage.CallingOff => await CallOff(),
                ClosingStage.Counted => await Empty(),
                ClosingStage.Emptied => await Tell(),
                ClosingStage.Told => await Erase(),
                _ => await Finish(),
            };
            if (!moved)
                return WakeOutcome.Deferred;
        }

        return WakeOutcome.Settled;
    }

    /// <summary>Nobody orders, pays or signs in any more; a moment later every process knows.</summary>
    async Task<bool> Shut()
    {
        await _services.Shop.FreezeAsync(new FrozenCustomer(Owner.Value, ShutReason, Owner.Value, _time.GetUtcNow()));
        await Hit("closing.frozen");
        // Logins live in real time.
        await _services.Rows.SignOutAsync(Owner.Value, TimeProvider.System.GetUtcNow());
        GrainFactory.GetGrain<IFeedGrain>(GrainKeys.Feed(Owner)).Publish(UserEventKind.SignedOut, Owner.ToString()).Ignore();
        await Hit("closing.signed_out");
        await Move(ClosingStage.Asked, state => state with { Stage = ClosingStage.Shut, RetryAtMs = NowMs + Options.SettleMs });
        return false;
    }

    /// <summary>Looks again now that nothing can change: what slipped in before the door was shut calls it off, and so does the desk's freeze.</summary>
    async Task<bool> Count()
    {
        if (NowMs < _state.Value.RetryAtMs)
            return false;
        var frozen = await _services.Shop.FindFrozenAsync(Owner.Value);
        // The desk let its own freeze go behind our back: shut again, and counted after that.
        if (frozen is null)
            return await Move(ClosingStage.Shut, state => state with { Stage = ClosingStage.Asked });
        var facts = await Facts();
        if (frozen.ActorId != Owner.Value || ClosingRules.Obstacle(facts, _state.Value.GivenUpIdr) is not null)
            return await Move(ClosingStage.Shut, state => state with { Stage = ClosingStage.CallingOff });
        await Move(ClosingStage.Shut, state => state with { Stage = ClosingStage.Counted, TakenIdr = facts.OrdinaryIdr, Noted = false });
        await Hit("closing.counted");
        return true;
    }

    /// <summary>Decided before the door opens: whatever goes away meanwhile, nothing is closed behind an open door.</summary>
    async Task<bool> CallOff()
    {
        await Hit("closing.calling_off");
        await _services.Shop.ReopenAsync(Owner.Value);
        await Hit("closing.unfrozen");
        return await Move(ClosingStage.CallingOff, state => state with { Stage = ClosingStage.CalledOff });
    }

    /// <summary>
    /// Money given up is a correction with its line in the audit log, as every correction is; bonus lapses. Money first: the ledger may say that
    /// there is less than was counted (a payment reversed, a payout, a correction), and then nothing was taken and it is counted again.
    /// </summary>
    async Task<bool> Empty()
    {
        var detail = JsonSerializer.Serialize(new { operation = GiveUpOperation, amount = -_state.Value.TakenIdr });
        if (_state.Value.TakenIdr is > 0 and var taken)
        {
            if (!_state.Value.Noted)
            {
                await Note("wallet.adjustment_requested", detail);
                await Hit("closing.money_noted");
                await Move(ClosingStage.Counted, state => state with { Noted = true });
            }

            var debited = await Wallet.Debit(new DebitCommand(
                GiveUpOperation, taken, new PostingReference(ReferenceType.Adjustment, GiveUpOperation, ContraAccount.Adjustment, GivenUpReason), CashOnly: true));
            await Hit("closing.money_taken");
            if (debited.Error is WalletError.InsufficientBalance or WalletError.OutstandingDebt)
                return await CountAgain();
            if (!debited.IsOk)
                return await Later();
        }

        if (!await Wallet.LapseBonus())
            return await Later();
        await Hit("closing.lapsed");
        if (_state.Value.TakenIdr > 0)
            await Note("wallet.adjusted", detail);
        await Hit("closing.emptied");
        return await Move(ClosingStage.Counted, state => state with { Stage = ClosingStage.Emptied });
    }

    Task<bool> CountAgain() => Move(ClosingStage.Counted, state => state with
    {
        Stage = ClosingStage.Shut, TakenIdr = 0, Noted = false, Round = state.Round + 1, RetryAtMs = NowMs + Options.SettleMs,
    });

    async Task<bool> Tell()
    {
        var told = await Account.Notify(Contracts.Notifications.Notice.AccountClosed(Notice, _time.GetUtcNow()));
        // Without a contact there is nobody to tell.
        if (!told.IsOk && told.Error != AccountError.NotFound)
            return await Later();
        await Hit("closing.told");
        return await Move(ClosingStage.Emptied, state => state with { Stage = ClosingStage.Told });
    }

    async Task<bool> Erase()
    {
        var keys = GrainFactory.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(Owner));
        foreach (var key in await keys.List())
            await keys.Remove(key.KeyId);
        await Hit("closing.keys_erased");
        await ForEach(StateNames.Droplet, key => GrainFactory.GetGrain<IDropletErasureGrain>(key).Forget());
        await Hit("closing.servers_erased");
        await ForEach(StateNames.Deposit, key => GrainFactory.GetGrain<IDepositErasureGrain>(key).Forget());
        await Hit("closing.deposits_erased");
        await GrainFactory.GetGrain<IRewardsGrain>(GrainKeys.Rewards(Owner)).Forget();
        await Hit("closing.rewards_erased");
        await _services.Rows.EraseAsync(Owner.Value, Notice, _time.GetUtcNow());
        await Hit("closing.rows_erased");
        await Note("account.closed", null);
        await Hit("closing.noted");
        await Move(ClosingStage.Told, state => state with { Stage = ClosingStage.Erased, RetryAtMs = NowMs });
        return true;
    }

    async Task ForEach(string stateName, Func<string, Task> act)
    {
        string? cursor = null;
        do
        {
            var page = await _services.States.ListAsync(new StateFilter(stateName, Owner.ToString()), StateQueries.MaxPage, cursor);
            foreach (var row in page.Rows)
                await act(row.Key);
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>Once the last mail left, or can leave no more, the address goes too. The door opens again when no token of the owner's lives any more.</summary>
    async Task<bool> Finish()
    {
        var state = _state.Value;
        if (NowMs < state.RetryAtMs)
            return false;
        var delivery = await Account.DeliveryOf(Notice);
        if (delivery.State == NoticeDeliveryState.Waiting && NowMs - state.BegunAtMs < Options.MailPatienceMs)
            return await Later(Options.LookMs);
        await Account.Forget();
        await Hit("closing.contact_erased");
        await _services.Rows.ForgetNoticesAsync(Owner.Value);
        await Hit("closing.notices_erased");
        if (NowMs - state.BegunAtMs < Options.ShutMs)
            return await Later(Options.ShutMs - (NowMs - state.BegunAtMs));
        await _services.Shop.ReopenAsync(Owner.Value);
        await Hit("closing.door_opened");
        return await Move(ClosingStage.Erased, before => before with { Stage = ClosingStage.Closed });
    }

    async Task<bool> Move(ClosingStage from, Func<ClosingState, ClosingState> change)
    {
        await _state.Update(state => state.Stage == from ? change(state) : null);
        return true;
    }

    async Task<bool> Later(long waitMs = 5_000)
    {
        await _state.Update(state => state with { RetryAtMs = NowMs + waitMs });
        return false;
    }

    async Task Note(string action, string? detail) => await _services.Audit.AppendAsync(new AuditLine(
        Owner.Value, $"user:{Owner}", action, detail is null ? GrainKeys.Account(Owner) : GrainKeys.Wallet(Owner), Reason: detail is null ? ShutReason : GivenUpReason, DetailJson: detail));
}
