using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Monitoring;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Sweeping;

namespace Webrana.Grains.Sweeping;

/// <summary>Which grain to wake for a due row of which state.</summary>
/// <param name="State">A <see cref="StateNames"/> name.</param>
/// <param name="Find">Key → grain.</param>
public sealed record DueKind(string State, Func<IGrainFactory, string, IDueGrain> Find)
{
    /// <summary>What one person owns is woken one after the other, in the order of time: whoever is due first is paid first.</summary>
    public bool InTurn { get; init; }

    /// <summary>Everything that waits for a time.</summary>
    public static readonly IReadOnlyList<DueKind> All =
    [
        new(StateNames.Droplet, (grains, key) => grains.GetGrain<IDropletGrain>(key)) { InTurn = true },
        new(StateNames.Deposit, (grains, key) => grains.GetGrain<IDepositGrain>(key)),
        new(StateNames.Rewards, (grains, key) => grains.GetGrain<IRewardsGrain>(key)),
        new(StateNames.Metrics, (grains, key) => grains.GetGrain<IMetricsGrain>(key)),
        new(StateNames.Plan, (grains, key) => grains.GetGrain<IPlanGrain>(key)),
        new(StateNames.Closing, (grains, key) => grains.GetGrain<IAccountClosingGrain>(key)),
        new(StateNames.MoneyArrival, (grains, key) => grains.GetGrain<IMoneyArrivalGrain>(key)),
        new(StateNames.Account, (grains, key) => grains.GetGrain<IAccountGrain>(key)),
    ];
}
