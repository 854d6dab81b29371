using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Idempotency;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.States;

namespace Webrana.Api.Droplets;

/// <summary>What the order and instance endpoints work with.</summary>
public sealed record DropletServices(IClusterClient Cluster, StateQueries States, HttpContext Http, CancellationToken Cancellation)
{
    /// <summary>Who is signed in.</summary>
    public UserId User => Http.User.GetUserId();

    /// <summary>This write's identity.</summary>
    public Operation Operation => Operation.Of(Http);

    public IDropletGrain Droplet(InstanceId instance) => Cluster.GetGrain<IDropletGrain>(GrainKeys.Droplet(instance));

    /// <summary>
    /// The caller's own server. Another's, an unknown and a malformed id are one and the same 404. The owner never changes, so what was
    /// checked here holds for the call that follows.
    /// </summary>
    public async Task<(IDropletGrain? Grain, DropletView? View, Refusal? Refusal)> OwnAsync(string id)
    {
        if (!InstanceId.TryParse(id, out var instance))
            return (null, null, Refusal.Of(ProblemKinds.NotFound));
        var grain = Droplet(instance);
        var found = await grain.Get();
        if (!found.TryGet(out var view))
            return (null, null, Refusal.From(found));
        return view.Owner == User ? (grain, view, null) : (null, null, Refusal.Of(ProblemKinds.NotFound));
    }

    /// <summary>
    /// One page of servers: ids by the list columns, contents from the grains. What the row filter leaves out is made up for from the
    /// following rows, so that a page is short only at the end.
    /// </summary>
    public async Task<(IReadOnlyList<DropletView> Views, string? Next)> ListAsync(StateFilter filter, PageQuery page, Func<StateRow, bool> wanted)
    {
        var rows = new List<StateRow>();
        var cursor = page.After;
        do
        {
            var more = await States.ListAsync(filter, page.Limit - rows.Count, cursor, Cancellation);
            rows.AddRange(more.Rows.Where(wanted));
            cursor = more.Next;
        }
        while (cursor is not null && rows.Count < page.Limit);
        var views = await Grains.ReadAllAsync(rows, row => Cluster.GetGrain<IDropletGrain>(row.Key).Get());
        return ([.. views.Where(view => view.IsOk).Select(view => view.Value!)], cursor);
    }
}
