using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.States;

namespace Webrana.Grains.Promos;

/// <summary>This silo's copies of all promos that are switched on, at most as old as the options allow. The promo itself has the last word.</summary>
public sealed class PromoShelf(StateQueries states, IGrainFactory grains, IOptions<PromoOptions> options)
{
    private readonly Lock _lock = new();
    private Task<IReadOnlyList<PromoView>>? _reading;
    private long _readAt;

    /// <summary>True for a welcome bonus that asks for no deposit: it is given when the e-mail address is confirmed, never with a deposit.</summary>
    public static bool IsForConfirmation(PromoView promo) =>
        promo.Definition is { Type: PromoType.NewUserBonus, MinDepositIdr: null, Code: null, Tiers.Count: 0 };

    /// <summary>Every active promo. Whoever comes while it is being read shares the reading.</summary>
    public Task<IReadOnlyList<PromoView>> ActiveAsync()
    {
        lock (_lock)
        {
            var isFresh = _reading is { IsFaulted: false } && TimeProvider.System.GetElapsedTime(_readAt).TotalMilliseconds < options.Value.DeskAgeMs;
            if (isFresh) return _reading!;
            (_reading, _readAt) = (ReadAsync(), TimeProvider.System.GetTimestamp());
            return _reading;
        }
    }

    private async Task<IReadOnlyList<PromoView>> ReadAsync()
    {
        var views = new List<PromoView>();
        string? cursor = null;
        do
        {
            var page = await states.ListAsync(new StateFilter(StateNames.Promo, Status: "ACTIVE"), StateQueries.MaxPage, cursor);
            var read = await Task.WhenAll(page.Rows.Select(row => grains.GetGrain<IPromoGrain>(row.Key).Get()));
            views.AddRange(read.Where(view => view.IsOk).Select(view => view.Value!));
            cursor = page.Next;
        }
        while (cursor is not null);
        return views;
    }
}
