using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Wire;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;
using Webrana.Wire.Plans;
using Webrana.Wire.SshKeys;

namespace Webrana.Web.Droplets;

/// <summary>Orders a server: four choices, one name, one price, one button.</summary>
public sealed partial class NewServerPage : LivePage
{
    static readonly BillingPeriod[] Periods = [BillingPeriod.Daily, BillingPeriod.Monthly, BillingPeriod.Yearly];

    bool _ready;
    string? _region;
    Image? _image;
    Plan? _plan;
    BillingPeriod _period = BillingPeriod.Monthly;
    string _name = "";
    bool _autoRenew = true;
    bool _ordering;
    ApiFailure? _orderFailure;
    IReadOnlyList<SshKey> _keys = [];
    readonly HashSet<string> _chosenKeys = new(StringComparer.Ordinal);
    string? _userData;
    AddonPrices? _addons;
    (string Request, IdempotencyKey Key)? _intent;

    [SupplyParameterFromQuery(Name = "plan")] string? AskedPlan { get; set; }

    long? Price => _plan is null ? null : OrderChoice.Price(_plan, _period);

    long? After => Panel.Wallet is { } wallet && Price is { } price ? wallet.Available - price : null;

    long? Saving => _period == BillingPeriod.Yearly && _plan is { AllowMonthly: true } plan && Price is { } year && plan.PriceMonthly * 12 > year
        ? plan.PriceMonthly * 12 - year
        : null;

    bool CanOrder => !_ordering && Price is not null && _region is not null && _image is not null && _name.Trim().Length > 0
        && OrderChoice.Of(_plan!, _region, _image) == Obstacle.None;

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) => change.Touches(EventTypes.WalletChanged);

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Panel.Wallet is null && !Took(await Panel.ReadWalletAsync(cancellationToken), out _)) return;
        // The choices a person has made stay; only the wallet is followed.
        if (_ready) return;
        if (!Took(await CatalogueCache.GetAsync(cancellationToken), out _)) return;
        await ReadCatalogueAsync(cancellationToken);
        // An order can do without: then it is by password.
        if (await Panel.Api.SshKeysAsync(cancellationToken) is { IsOk: true } keys) _keys = keys.Value.Items;
        if (await Panel.Api.AddonPricesAsync(cancellationToken) is { IsOk: true } addons) _addons = addons.Value;
        var servers = await Panel.Api.InstancesAsync(limit: 200, cancellationToken: cancellationToken);
        _name = OrderChoice.SuggestName(servers.IsOk ? servers.Value.Items.Select(server => server.Name) : []);
        _region = OrderChoice.DefaultRegion(Catalogue);
        _image = OrderChoice.DefaultImage(Catalogue);
        _plan = Catalogue.Plans.FirstOrDefault(plan => plan.Id == AskedPlan)
            ?? Catalogue.Plans.FirstOrDefault(plan => OrderChoice.Of(plan, _region, _image) == Obstacle.None);
        KeepPeriodSold();
        _ready = true;
    }

    string? Why(Obstacle obstacle) => obstacle == Obstacle.None ? null : T[$"Obstacle.{obstacle}"];

    void ChooseRegion(string slug) => _region = slug;

    void ChooseImage(string slug) => _image = Catalogue.Images.First(image => image.Slug == slug);

    void ChoosePlan(string id)
    {
        _plan = Catalogue.Plans.First(plan => plan.Id == id);
        KeepPeriodSold();
    }

    void ChoosePeriod(string period) => _period = Enum.Parse<BillingPeriod>(period);

    void ToggleKey(string id)
    {
        if (!_chosenKeys.Remove(id)) _chosenKeys.Add(id);
    }

    void KeepPeriodSold()
    {
        if (_plan is null || OrderChoice.Price(_plan, _period) is not null) return;
        _period = Periods.OrderBy(period => period == BillingPeriod.Monthly ? 0 : 1).FirstOrDefault(period => OrderChoice.Price(_plan, period) is not null, _period);
    }

    async Task OrderAsync()
    {
        var request = new CreateOrderRequest(_plan!.Id, _region!, _image!.Slug, _name.Trim(), _period, _autoRenew,
            _chosenKeys.Count == 0 ? null : [.. _keys.Select(key => key.Id).Where(_chosenKeys.Contains)], string.IsNullOrWhiteSpace(_userData) ? null : _userData);
        // The same order pressed again after a lost answer is the same intention; a changed order is a new one.
        var text = JsonSerializer.Serialize(request, WireJson.Options);
        if (_intent is not { } intent || intent.Request != text || _orderFailure is { OutcomeUnknown: false }) intent = (text, IdempotencyKey.New());
        _intent = intent;
        _ordering = true;
        _orderFailure = null;
        var ordered = await Panel.Api.CreateOrderAsync(request, intent.Key);
        _ordering = false;
        if (ordered.IsOk)
        {
            await Panel.ReadWalletAsync(Leaving);
            Navigation.NavigateTo($"/servers/{ordered.Value.InstanceId}");
        }
        else if (!Panel.LeaveIfSignedOut(ordered.Failure))
        {
            _orderFailure = ordered.Failure;
        }
    }
}
