using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.States;
using Webrana.Wire;
using Webrana.Wire.Promos;
using PromoStatus = Webrana.Wire.Promos.PromoStatus;

namespace Webrana.Api.Promos;

/// <summary>What the admins' promo endpoints work with.</summary>
public sealed partial record PromoServices(IClusterClient Cluster, StateQueries States, IdentityDb Db, HttpContext Http, CancellationToken Cancellation)
{
    private const string Archived = "ARCHIVED";

    /// <summary>Who does it, for the promo's history.</summary>
    public string Actor => $"admin:{Http.User.GetUserId()}";

    public IPromoGrain Grain(string promoId) => Cluster.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId));

    /// <summary>The promo of an id from outside; null for what can be none: a key is for ever.</summary>
    public IPromoGrain? Find(string id) => PromoId().IsMatch(id) ? Grain(id) : null;

    /// <summary>
    /// One page. Whether a promo is on follows from its rule and the clock, so only the grains know: what is not wanted is made up for from
    /// the following rows. Archived ones come only when they are asked for.
    /// </summary>
    public async Task<Page<AdminPromo>> ListAsync(string list, PromoStatus? wanted, PageQuery page)
    {
        var items = new List<AdminPromo>();
        var cursor = page.After;
        do
        {
            var rows = await States.ListAsync(
                new StateFilter(StateNames.Promo, Status: wanted == PromoStatus.Archived ? Archived : null), page.Limit - items.Count, cursor, Cancellation);
            var living = rows.Rows.Where(row => wanted == PromoStatus.Archived || row.Status != Archived);
            var views = await Grains.ReadAllAsync(living, row => Cluster.GetGrain<IPromoGrain>(row.Key).Get());
            items.AddRange(views.Where(view => view.IsOk).Select(view => view.Value!.ToAdminWire()).Where(promo => wanted is null || promo.Status == wanted));
            cursor = rows.Next;
        }
        while (cursor is not null && items.Count < page.Limit);
        return new Page<AdminPromo>(items, PageQuery.Cursor(list, cursor));
    }

    /// <summary>Addresses of these accounts, as far as they still exist.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> EmailsAsync(IEnumerable<Guid> users)
    {
        var ids = users.Distinct().ToList();
        return ids.Count == 0
            ? new Dictionary<Guid, string>()
            : await Db.Users.Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email!, Cancellation);
    }

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PromoId();
}
