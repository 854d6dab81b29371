using Microsoft.AspNetCore.Components;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Wire.Billing;
using Webrana.Wire.Deposits;
using Webrana.Wire.Events;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Wallets;

/// <summary>What there is, what is set aside, what will be needed, and how it came to be.</summary>
public sealed partial class WalletPage : LivePage
{
    const int PageSize = 50;

    static readonly ReferenceType[] Offered =
        [ReferenceType.Deposit, ReferenceType.VpsPayment, ReferenceType.Renewal, ReferenceType.Promo, ReferenceType.Refund, ReferenceType.Adjustment, ReferenceType.BonusExpiry];

    List<Transaction>? _rows;
    string? _cursor;
    List<Deposit>? _deposits;
    string? _depositCursor;
    Deposit? _pending;
    IReadOnlyList<BonusLot> _lots = [];
    Runway? _runway;
    string? _read;

    [SupplyParameterFromQuery(Name = "type")] string? TypeName { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] string? Tab { get; set; }

    bool ShowsDeposits => Tab == "deposits";

    ReferenceType? Filter => Enum.TryParse<ReferenceType>(TypeName, out var type) && Offered.Contains(type) ? type : null;

    IEnumerable<(string, string, bool)> Filters =>
        Offered.Select(type => ($"/wallet?type={type}", T.Of(type), Filter == type)).Prepend(("/wallet", T["Common.All"], Filter is null));

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) =>
        change.Touches(EventTypes.WalletChanged, EventTypes.DepositChanged, EventTypes.InstanceChanged);

    string Wanted => $"{Filter}/{ShowsDeposits}";

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_read is null || _read == Wanted) return;
        _rows = null;
        await ReloadAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _read = Wanted;
        if (!Took(await Panel.ReadWalletAsync(cancellationToken), out _)) return;
        if (Took(await Panel.Api.DepositsAsync(PageSize, cancellationToken: cancellationToken), out var deposits))
        {
            (_deposits, _depositCursor) = ([.. deposits.Items], deposits.NextCursor);
            _pending = deposits.Items.FirstOrDefault(deposit => deposit.Status == DepositStatus.Pending && (deposit.ExpiresAt ?? Clock.Now) > Clock.Now);
        }

        if (!ShowsDeposits)
        {
            var limit = Math.Clamp(_rows?.Count ?? 0, PageSize, 200);
            if (Took(await Panel.Api.TransactionsAsync(Filter, limit, cancellationToken: cancellationToken), out var rows))
                (_rows, _cursor) = ([.. rows.Items], rows.NextCursor);
        }

        if (Panel.Wallet is { Bonus: > 0 })
        {
            var lots = await Panel.Api.BonusesAsync(cancellationToken);
            if (lots.IsOk) _lots = lots.Value.Items;
        }
        else
        {
            _lots = [];
        }

        // The forecast is a service: the wallet is shown without it too.
        var runway = await Panel.Api.RunwayAsync(cancellationToken: cancellationToken);
        if (runway.IsOk) _runway = runway.Value;
    }

    // From where the list ends by then, which may be elsewhere than when it was asked for.
    Task MoreAsync(string _) => BetweenReadsAsync(async () =>
    {
        if (_cursor is not { } end || !Took(await Panel.Api.TransactionsAsync(Filter, PageSize, end, Leaving), out var page)) return;
        // Another filter may have been chosen meanwhile: its rows are still to come.
        if (_rows is not { } rows) return;
        rows.AddRange(page.Items);
        _cursor = page.NextCursor;
    });

    Task MoreDepositsAsync(string _) => BetweenReadsAsync(async () =>
    {
        if (_depositCursor is not { } end || !Took(await Panel.Api.DepositsAsync(PageSize, end, Leaving), out var page)) return;
        _deposits!.AddRange(page.Items);
        _depositCursor = page.NextCursor;
    });
}
