using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Plans;
using Webrana.Data.Billing;
using Webrana.Wire.Admin;

namespace Webrana.Api.Plans;

/// <summary>What an admin sees beside a plan: how many are sold, and what is left of its price after the provider's.</summary>
public sealed class PlanFigures(IClusterClient cluster, PlanStock stock)
{
    /// <summary>The figures of now.</summary>
    public async Task<Figures> ReadAsync(CancellationToken cancellation) => new(
        (await cluster.GetGrain<IBillingSettingsGrain>(GrainKeys.BillingSettings).Get()).UsdRateIdr, await stock.CountAsync(cancellation));

    /// <summary>Figures of one moment.</summary>
    public sealed record Figures(long UsdRateIdr, IReadOnlyDictionary<string, int> Sold)
    {
        public AdminPlan ToWire(PlanView plan)
        {
            var wire = plan.ToAdminWire() with { Sold = Sold.GetValueOrDefault(plan.PlanId) };
            if (plan.ProviderCostUsdCents is not { } cents)
                return wire;
            // Rounded up: a margin is never shown larger than it is.
            var costIdr = ((cents * UsdRateIdr) + 99) / 100;
            var margin = plan.Prices.MonthlyIdr - costIdr;
            return wire with { ProviderCost = costIdr, MarginMonthly = margin, MarginPercent = (int)Math.Floor(margin * 100m / plan.Prices.MonthlyIdr) };
        }
    }
}
