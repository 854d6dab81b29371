using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Ledger;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Billing;

/// <summary>
/// Asks the ledger and every living server of the customer, and plays <see cref="Runway"/> forward. Nothing is kept: the next question is
/// answered from the next facts.
/// </summary>
[GrainType("runway"), StatelessWorker]
public sealed class RunwayGrain(LedgerStore ledger, LedgerRows rows, StateQueries states, BillingDesk billing, TimeProvider clock) : Grain, IRunwayGrain
{
    private const int ShortLookDays = 30;
    private const int LongLookDays = 90;

    /// <inheritdoc/>
    public async Task<RunwayView> Forecast(int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, RunwayLimits.MaxDays);
        var wallet = await WalletAsync();
        var subscriptions = await SubscriptionsAsync();

        var now = clock.GetUtcNow();
        var until = now.AddDays(days);
        var purse = RunwayPurse.Of(wallet);
        var servers = await ServersAsync(subscriptions);
        var names = subscriptions.ToDictionary(view => view.Server.ToString());
        var runway = Runway.Forecast(purse, servers, now, until);
        return new RunwayView(
            now, until, wallet.AvailableIdr, runway.EndsAt,
            Runway.TopUpIdr(purse, servers, now, until),
            Runway.TopUpIdr(purse, servers, now, now.AddDays(ShortLookDays)),
            [.. runway.Steps.Select(step => View(step, step.ServerId is null ? null : names[step.ServerId]))],
            Runway.TopUpIdr(purse, servers, now, now.AddDays(LongLookDays)));
    }

    /// <inheritdoc/>
    public async Task<long> TopUpIdr(DateTimeOffset until)
    {
        var purse = RunwayPurse.Of(await WalletAsync());
        return Runway.TopUpIdr(purse, await ServersAsync(await SubscriptionsAsync()), clock.GetUtcNow(), until);
    }

    private UserId Owner => new(GrainKeys.Guid(this.GetPrimaryKeyString(), "runway"));

    private async Task<Wallet> WalletAsync() => (await ledger.LoadAsync(Owner.Value)).Wallet;

    private async Task<List<SubscriptionView>> SubscriptionsAsync()
    {
        var found = new List<SubscriptionView>();
        string? cursor = null;
        do
        {
            var page = await states.ListAsync(new StateFilter(StateNames.Droplet, Owner.ToString()), StateQueries.MaxPage, cursor);
            var living = page.Rows.Where(row => row.Status is not ("TERMINATED" or "FAILED"));
            var views = await Task.WhenAll(living.Select(row => GrainFactory.GetGrain<IDropletGrain>(row.Key).Subscription()));
            found.AddRange(views.OfType<SubscriptionView>());
            cursor = page.Next;
        }
        while (cursor is not null);
        return await AsChargedAsync(found);
    }

    // A charge that is in the ledger and not yet noted by its server has left the wallet: counted as still due, it would be asked for twice.
    private async Task<List<SubscriptionView>> AsChargedAsync(List<SubscriptionView> subscriptions)
    {
        var now = clock.GetUtcNow();
        var due = subscriptions.Where(view => view.SuspendedAt is null && view.DueAt <= now).Select(Charge).ToList();
        if (due.Count == 0)
            return subscriptions;
        var posted = await rows.PostedAsync(Owner.Value, due);
        return [.. subscriptions.Select(view => posted.Contains(Charge(view)) ? view with { PaidPeriod = view.PaidPeriod + 1, TriedAt = null } : view)];

        static string Charge(SubscriptionView view) => MoneyChanges.ChargeOf(view.Server, view.PaidPeriod + 1);
    }

    private async Task<List<RunwayServer>> ServersAsync(IReadOnlyList<SubscriptionView> subscriptions)
    {
        var settings = await billing.SettingsAsync();
        var adopted = settings.Version == 0 ? null : Enum.GetValues<BillingCycle>()
            .ToDictionary(cycle => cycle, cycle => BillingDefaults.Policy(settings.PolicyOf(BillingViews.Period(cycle)), cycle));
        return [.. subscriptions.Select(view => view.Server(BillingDefaults.Rates(settings.Addons)) with { Adopted = adopted })];
    }

    private static RunwayStepView View(RunwayStep step, SubscriptionView? server) =>
        new(step.At, Kind(step.Event), server?.Server, server?.ServerName, step.AmountIdr, step.LeftIdr);

    private static RunwayStepKind Kind(RunwayEvent kind) => kind switch
    {
        RunwayEvent.Renewed => RunwayStepKind.Renewed,
        RunwayEvent.NotPaid => RunwayStepKind.NotPaid,
        RunwayEvent.Suspended => RunwayStepKind.Suspended,
        RunwayEvent.Terminated => RunwayStepKind.Terminated,
        RunwayEvent.Hibernated => RunwayStepKind.Hibernated,
        _ => RunwayStepKind.BonusExpired,
    };
}
