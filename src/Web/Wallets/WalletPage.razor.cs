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

    readonly GrowingList<Transaction> _rows = new(row => row.Id);
    readonly GrowingList<Deposit> _deposits = new(deposit => deposit.Id);
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
        _rows.Clear();
        await ReloadAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _read = Wanted;
        if (!Took(await Panel.ReadWalletAsync(cancellationToken), out _)) return;
        if (await ReadListAsync(_deposits, cursor => Panel.Api.DepositsAsync(PageSize, cursor, cancellationToken)))
            _pending = _deposits.Items!.FirstOrDefault(deposit => deposit.Status == DepositStatus.Pending && (deposit.ExpiresAt ?? Clock.Now) > Clock.Now);

        if (!ShowsDeposits)
        {
            var (filter, limit) = (Filter, Math.Clamp(_rows.Items?.Count ?? 0, PageSize, 200));
            await ReadListAsync(_rows, cursor => Panel.Api.TransactionsAsync(filter, cursor is null ? limit : PageSize, cursor, cancellationToken));
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

    Task MoreAsync(string _) => GrowAsync(_rows);

    Task MoreDepositsAsync(string _) => GrowAsync(_deposits);
}
