using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Droplets;
using Webrana.Api.Hosting;
using Webrana.Api.Idempotency;
using Webrana.Api.Limits;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Desk;
using Shown = Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>
/// Orders that did not come through: found, pushed on, given up, or placed again. Each act is noted before it is done, and each may be
/// repeated: what an order is decides its own record, which also knows the operations that changed it here.
/// </summary>
internal sealed class OrderDesk(OrderCandidates candidates, IdentityDb db, IClusterClient cluster, AuditLog audit)
{
    /// <summary>As many orders one page asks at most: more than the provider makes in an hour. What it did not come to, the next page asks.</summary>
    private const int MostAsked = 500;
    private const int AtOnce = 200;

    /// <summary>
    /// Late ones, the oldest first, then those that failed, the newest first. A page ends when it is full or has asked enough; then it says where
    /// the next one goes on, also when it found nothing.
    /// </summary>
    public async Task<(IReadOnlyList<Shown.StuckOrder> Orders, OrderPlace? Next)> ListAsync(
        Shown.OrderTrouble? only, int limit, OrderPlace after, CancellationToken cancellation)
    {
        var found = new List<Shown.StuckOrder>();
        var place = after;
        OrderPlace? full = null;
        for (var left = MostAsked; left > 0;)
        {
            var batch = Math.Min(left, place.Failed && only != Shown.OrderTrouble.Unsettled ? limit + 1 : AtOnce);
            var asked = await CandidatesAsync(only, place, batch, cancellation);
            var read = await Grains.ReadAllAsync(asked, one => FindAsync(new InstanceId(GrainKeys.Guid(one.Key, "droplet"))));
            foreach (var (candidate, order) in asked.Zip(read))
            {
                // One that failed while it was asked stands in both parts.
                if (order is not null && (only is null || order.Trouble == only) && found.TrueForAll(one => one.OrderId != order.OrderId))
                {
                    // One more than a page holds says that there is more.
                    if (full is not null)
                        return (await CompleteAsync(found, cancellation), full);
                    found.Add(order);
                    if (found.Count == limit)
                        full = place with { After = candidate };
                }

                place = place with { After = candidate };
            }

            left -= asked.Count;
            if (asked.Count == batch)
                continue;
            if (place.Failed)
                return (await CompleteAsync(found, cancellation), null);
            place = new OrderPlace(true, null);
        }

        return (await CompleteAsync(found, cancellation), full ?? place);
    }

    private async Task<IReadOnlyList<OrderCandidate>> CandidatesAsync(Shown.OrderTrouble? only, OrderPlace place, int limit, CancellationToken cancellation)
    {
        if (only is not null && place.Failed == (only == Shown.OrderTrouble.Late))
            return [];
        return place.Failed
            ? await candidates.FailedAsync(limit, place.After, cancellation)
            : await candidates.InTheMakingAsync(limit, place.After, cancellation);
    }

    public async Task<(Shown.OrderRetried? Retried, Refusal? Refusal)> RetryAsync(HttpContext http, InstanceId id, string reason)
    {
        var operation = Operation.Of(http).ToString();
        if (!(await Desk(id).Trouble(operation)).TryGet(out var trouble))
            return (null, Refusal.Of(ProblemKinds.NotFound));
        if (trouble.WasDone)
        {
            // Done, and perhaps not answered: what it came to since is no reason to answer otherwise, nor to place a failed one again.
            await NoteAsync(http, "order.pushed", id, reason, trouble, before: null, new { givesUpAt = trouble.GivesUpAt });
            return (new Shown.OrderRetried(id.ToString(), Anew: false), null);
        }

        if (trouble.Kind == OrderTrouble.None)
            return (null, Refusal.Of(ProblemKinds.NotStuck));
        if (trouble.Kind == OrderTrouble.Failed)
            return await PlaceAgainAsync(http, id, reason);
        await NoteAsync(http, "order.push_requested", id, reason, trouble, before: null, after: null);
        var pushed = await Desk(id).Push(operation);
        if (!pushed.IsOk)
            return (null, await RefusedAsync(http, "order.push_refused", id, reason, Refusal.From(pushed)));
        // What it has now is its own record's word: null for one that came through, or failed, in this moment.
        await NoteAsync(http, "order.pushed", id, reason, trouble, new { givesUpAt = trouble.GivesUpAt }, new { givesUpAt = (await Desk(id).Trouble()).Value?.GivesUpAt });
        return (new Shown.OrderRetried(id.ToString(), Anew: false), null);
    }

    /// <summary>Null when it was given up.</summary>
    public async Task<Refusal?> FailAsync(HttpContext http, InstanceId id, string reason)
    {
        var operation = Operation.Of(http).ToString();
        if (!(await Desk(id).Trouble(operation)).TryGet(out var trouble))
            return Refusal.Of(ProblemKinds.NotFound);
        if (trouble.WasDone)
            return null;
        if (trouble.Kind != OrderTrouble.Late)
            return Refusal.Of(ProblemKinds.NotStuck);
        await NoteAsync(http, "order.given_up", id, reason, trouble, new { status = "PROVISIONING", held = trouble.HeldIdr }, new { status = "FAILED", held = 0 });
        var given = await Desk(id).GiveUp(operation);
        return given.IsOk ? null : await RefusedAsync(http, "order.give_up_refused", id, reason, Refusal.From(given));
    }

    /// <summary>The order that the desk places for a failed one. Always the same: pressed twice, by whomever, it is one order.</summary>
    internal static InstanceId AgainOf(InstanceId failed) =>
        new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"placed-again:{failed}"))).AsSpan(0, 16)));

    private async Task<(Shown.OrderRetried? Retried, Refusal? Refusal)> PlaceAgainAsync(HttpContext http, InstanceId id, string reason)
    {
        var failed = await Droplet(id).Failed();
        if (!failed.TryGet(out var first))
            return (null, Refusal.From(failed));
        if (first.HadUserData)
            return (null, Refusal.Of(ProblemKinds.UserDataLost));
        var again = AgainOf(id);
        await audit.NoteAsync(
            http, "order.placed_again", $"instance:{id}", new { owner = first.Order.Owner.ToString(), plan = first.Order.PlanId }, reason,
            new { order = id.ToString(), status = "FAILED" }, new { order = again.ToString(), status = "PROVISIONING" });
        var placed = await Droplet(again).Order(first.Order with { Actor = $"admin:{http.User.GetUserId()}" });
        return placed.IsOk
            ? (new Shown.OrderRetried(again.ToString(), Anew: true), null)
            : (null, await RefusedAsync(http, "order.place_again_refused", id, reason, WhyNot(placed)));
    }

    private static Refusal WhyNot(Result<OrderReceipt, OrderError> placed) =>
        placed.Error is OrderError.LimitReached ? LimitRefusals.Of(placed.Detail) : Refusal.From(placed);

    private async Task<Shown.StuckOrder?> FindAsync(InstanceId id)
    {
        if (!(await Desk(id).Trouble()).TryGet(out var trouble) || trouble.Kind == OrderTrouble.None || !(await Droplet(id).Get()).TryGet(out var server))
            return null;
        return new Shown.StuckOrder(
            id.ToString(), server.Owner.ToString(), null, server.Name, Enum.Parse<Shown.OrderTrouble>(trouble.Kind.ToString()), server.PlanId, server.Region,
            DropletMapping.ToWire(server.BillingPeriod), server.PriceIdr, trouble.HeldIdr, trouble.Since, trouble.GivesUpAt, server.FailureReason,
            server.ProviderDropletId?.ToString(CultureInfo.InvariantCulture), server.AccountId, trouble.Restoring, trouble.HadUserData, PlacedAgainAs: null);
    }

    /// <summary>
    /// With the customers' addresses, and with the orders that were placed for failed ones: one question each for the whole page, and no grain is
    /// woken to say that it is none.
    /// </summary>
    private async Task<IReadOnlyList<Shown.StuckOrder>> CompleteAsync(IReadOnlyList<Shown.StuckOrder> orders, CancellationToken cancellation)
    {
        var again = orders.Where(order => order.Trouble == Shown.OrderTrouble.Failed).ToDictionary(order => order.OrderId, order => AgainOf(new InstanceId(Guid.Parse(order.OrderId))));
        var placed = await candidates.ThoseOrderedAsync([.. again.Values.Select(GrainKeys.Droplet)], cancellation);
        var ids = orders.Select(order => Guid.Parse(order.UserId)).ToHashSet();
        var emails = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email, cancellation);
        return [.. orders.Select(order => order with
        {
            Email = emails.GetValueOrDefault(Guid.Parse(order.UserId)),
            PlacedAgainAs = again.TryGetValue(order.OrderId, out var one) && placed.Contains(GrainKeys.Droplet(one)) ? one.ToString() : null,
        })];
    }

    private Task<long> NoteAsync(HttpContext http, string action, InstanceId id, string reason, OrderTroubleView trouble, object? before, object? after) =>
        audit.NoteAsync(http, action, $"instance:{id}", new { trouble = trouble.Kind.ToString(), trouble.Since, trouble.HeldIdr }, reason, before, after);

    /// <summary>It changed between the look and the act: the line of the intent stays, and this one says that nothing came of it.</summary>
    private async Task<Refusal> RefusedAsync(HttpContext http, string action, InstanceId id, string reason, Refusal refusal)
    {
        await audit.NoteAsync(http, action, $"instance:{id}", new { error = refusal.Kind.Code }, reason);
        return refusal;
    }

    private IDropletDeskGrain Desk(InstanceId id) => cluster.GetGrain<IDropletDeskGrain>(GrainKeys.Droplet(id));

    private IDropletGrain Droplet(InstanceId id) => cluster.GetGrain<IDropletGrain>(GrainKeys.Droplet(id));
}
