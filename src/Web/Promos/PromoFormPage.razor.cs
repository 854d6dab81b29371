using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Web.Localization;
using Webrana.Wire;
using Webrana.Wire.Deposits;
using Webrana.Wire.Promos;

namespace Webrana.Web.Promos;

/// <summary>Writes a promo: every field beside the sentence it makes, and what it would have cost before it may be published.</summary>
public sealed partial class PromoFormPage : LivePage
{
    PromoDraft? _draft;
    AdminPromo? _existing;
    IReadOnlyList<PaymentChannel> _channels = [];
    PromoPreview? _preview;
    string? _previewed;
    bool _previewFailed;
    bool _busy;
    bool _tried;
    string _reason = "";
    ApiFailure? _failure;
    (string Fields, string Reason, IdempotencyKey Key)? _intent;

    [Inject] ISnackbar Snackbar { get; set; } = default!;

    /// <summary>The promo to change; null for a new one.</summary>
    [Parameter] public string? Id { get; set; }

    // Lists inside the record compare by reference: what is sent is what is compared.
    string Written => JsonSerializer.Serialize(_draft!.ToFields(), WireJson.Options);

    bool IsReady => _draft!.Problems().Count == 0;

    bool MaySave => IsReady && _reason.Trim().Length > 0;

    bool IsPreviewed => _previewed is not null && IsReady && _previewed == Written;

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) => false;

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var channels = await Panel.Api.ChannelsAsync(cancellationToken: cancellationToken);
        if (channels.IsOk) _channels = channels.Value.Items;
        if (Id is null)
        {
            _draft ??= new PromoDraft();
            return;
        }

        if (!Took(await Panel.Api.Admin.PromoAsync(Id, cancellationToken), out var promo)) return;
        _existing = promo;
        _draft ??= PromoDraft.Of(promo.Fields);
    }

    // A percentage of nothing is nothing: kinds that may stand without a top-up start with rupiah.
    void Choose(PromoType type) =>
        (_draft!.Type, _draft.ValueType) = (type, type is PromoType.DepositBonus or PromoType.DepositCashback ? _draft.ValueType : PromoValueType.Fixed);

    string? Problem(string field)
    {
        // An empty form is not full of mistakes: a field complains once something was typed, or after the first attempt.
        if (_failure.FieldError(field) is { } refused) return refused;
        return _draft!.Problems().TryGetValue(field, out var key) && (_tried || IsTyped(field)) ? T[key] : null;
    }

    bool IsTyped(string field) => field switch
    {
        "name" => false,
        "value" => _draft!.Value.Length > 0,
        "tiers" => _draft!.Tiers.All(tier => tier.MinDeposit.Length > 0 && tier.Value.Length > 0),
        _ => true,
    };

    async Task GenerateAsync()
    {
        var made = await Panel.Api.Admin.GeneratePromoCodeAsync(Leaving);
        _failure = made.Failure;
        if (made.IsOk) (_draft!.Code, _draft.IsPublic) = (made.Value.Code, false);
    }

    async Task PreviewAsync()
    {
        _tried = true;
        (_busy, _failure) = (true, null);
        var written = Written;
        var computed = await Panel.Api.Admin.PreviewPromoAsync(_draft!.ToFields(), Leaving);
        _busy = false;
        (_failure, _previewFailed) = (computed.Failure, !computed.IsOk);
        if (computed.IsOk) (_preview, _previewed) = (computed.Value, written);
    }

    async Task SaveAsync()
    {
        var (written, reason) = (Written, _reason.Trim());
        // Pressed again after a lost answer it is the same promo, not a second one.
        if (_intent is not { } intent || intent.Fields != written || intent.Reason != reason || _failure is { OutcomeUnknown: false })
            intent = (written, reason, IdempotencyKey.New());
        _intent = intent;
        (_busy, _failure) = (true, null);
        var fields = _draft!.ToFields();
        var saved = Id is null
            ? await Panel.Api.Admin.CreatePromoAsync(fields, reason, intent.Key, Leaving)
            : await Panel.Api.Admin.UpdatePromoAsync(Id, _existing!.Version, fields, reason, intent.Key, Leaving);
        _busy = false;
        _failure = saved.Failure;
        if (!saved.IsOk) return;
        Snackbar.Add(T["PromoForm.Saved", saved.Value.Name], Severity.Success);
        Navigation.NavigateTo($"/admin/promos/{saved.Value.Id}");
    }

    string ChannelName(string code) => _channels.FirstOrDefault(channel => channel.Code == code)?.Name ?? code;
}
