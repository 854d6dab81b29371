using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Contracts.Deposits;
using Webrana.Data.States;
using Webrana.Wire;
using Webrana.Wire.Deposits;

namespace Webrana.Api.Deposits;

/// <summary>What the top-up endpoints work with.</summary>
public sealed record DepositServices(IClusterClient Cluster, StateQueries States, HttpContext Http, CancellationToken Cancellation)
{
    /// <summary>One page: ids by the list columns, contents from the grains.</summary>
    public async Task<Page<Deposit>> ListAsync(string list, StateFilter filter, PageQuery page)
    {
        var rows = await States.ListAsync(filter, page.Limit, page.After, Cancellation);
        var views = await Grains.ReadAllAsync(rows.Rows, row => Cluster.GetGrain<IDepositGrain>(row.Key).Get());
        return new Page<Deposit>(
            [.. views.Where(view => view.IsOk).Select(view => view.Value!.ToWire())], PageQuery.Cursor(list, rows.Next));
    }
}
