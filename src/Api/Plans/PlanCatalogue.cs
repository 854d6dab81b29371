using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Plans;
using Webrana.Data.States;

namespace Webrana.Api.Plans;

/// <summary>All plans: which there are from the list columns, what they say from their grains.</summary>
public sealed class PlanCatalogue(IClusterClient cluster, StateQueries states)
{
    /// <summary>Far more plans than a shop has; the list is not paged outside.</summary>
    private const int Most = 1000;

    /// <summary>In the shop's order.</summary>
    public async Task<IReadOnlyList<PlanView>> AllAsync(CancellationToken cancellation)
    {
        var keys = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await states.ListAsync(new StateFilter(StateNames.Plan), StateQueries.MaxPage, cursor, cancellation);
            keys.AddRange(page.Rows.Select(row => row.Key));
            cursor = page.Next;
            if (cursor is null || keys.Count >= Most)
                break;
        }

        var plans = await Grains.ReadAllAsync(keys, key => cluster.GetGrain<IPlanGrain>(key).Get());
        return [.. plans.Where(plan => plan.IsOk).Select(plan => plan.Value!).OrderBy(plan => plan.SortOrder).ThenBy(plan => plan.Prices.MonthlyIdr)];
    }
}
