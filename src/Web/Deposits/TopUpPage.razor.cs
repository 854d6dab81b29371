using Microsoft.AspNetCore.Components;
using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Web.Formatting;
using Webrana.Web.Live;
using Webrana.Wire.Deposits;
using Webrana.Wire.Events;

namespace Webrana.Web.Deposits;

/// <summary>How much, and how it is paid. Fees follow the amount while it is typed.</summary>
public sealed partial class TopUpPage : LivePage
{
    // Long enough not to ask for every digit, short enough not to be waited for.
    static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(250);

    long? _amount = DepositView.Chips[1];
    string _typed = Rupiah.Digits(DepositView.Chips[1]);
    string? _code;
    IReadOnlyList<PaymentChannel>? _channels;
    bool _creating;
    ApiFailure? _createFailure;
    ITimer? _typing;
    (CreateDepositRequest Request, IdempotencyKey Key)? _intent;

    [SupplyParameterFromQuery(Name = "amount")] long? Asked { get; set; }

    PaymentChannel? Chosen => _channels?.FirstOrDefault(channel => channel.Code == _code);

    long? Total => _amount is { } amount && Chosen is { } channel ? amount + channel.CustomerFee : null;

    bool CanPay => !_creating && _amount is not null && Chosen is { } channel && Why(channel) is null && _codeFailure is null;

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) => change.Event?.Type == EventTypes.WalletChanged;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        if (Asked is > 0 and < 1_000_000_000 and { } asked) _typed = Rupiah.Digits((_amount = DepositView.RoundUp(asked)).Value);
        if (AskedCode is { Length: > 0 and <= 40 } code) (_promo, _applied) = (code, code);
        await base.OnInitializedAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Took(await Panel.Api.ChannelsAsync(_amount is > 0 ? _amount : null, cancellationToken), out var channels)) _channels = channels.Items;
        await QuoteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _typing?.Dispose();
        base.Dispose(disposing);
    }

    string? Why(PaymentChannel channel)
    {
        if (!channel.Active) return T["TopUp.ChannelClosed"];
        if (_amount < channel.MinimumAmount) return T["TopUp.AtLeast", Rupiah.Format(channel.MinimumAmount)];
        return _amount > channel.MaximumAmount ? T["TopUp.AtMost", Rupiah.Format(channel.MaximumAmount)] : null;
    }

    async Task SetAmountAsync(long amount)
    {
        (_amount, _typed) = (amount, Rupiah.Digits(amount));
        await ReloadAsync();
    }

    async Task ChooseAsync(string code)
    {
        _code = code;
        // A promo may be for some channels only.
        await ReloadAsync();
    }

    void Type(string? typed)
    {
        _typed = typed ?? "";
        _amount = Rupiah.Parse(_typed) is > 0 and { } amount ? amount : null;
        _typing?.Dispose();
        _typing = Time.CreateTimer(_ => _ = InvokeAsync(ReloadAsync), null, TypingPause, Timeout.InfiniteTimeSpan);
    }

    // Not before the field is left: thousands written into it between two digits would wipe out the digit that is on its way.
    void Group()
    {
        if (_amount is { } known) _typed = Rupiah.Digits(known);
    }

    async Task PayAsync()
    {
        if (_applied is null && _promo.Trim().Length > 0)
        {
            // A code left unapplied was still meant: what it gives is known before anything is created.
            await ApplyAsync();
            if (_codeFailure is not null) return;
        }

        var request = new CreateDepositRequest(_amount!.Value, _code!, _applied);
        // Pressed again after a lost answer it is the same top-up, not a second one.
        if (_intent is not { } intent || intent.Request != request || _createFailure is { OutcomeUnknown: false }) intent = (request, IdempotencyKey.New());
        _intent = intent;
        (_creating, _createFailure) = (true, null);
        var created = await Panel.Api.CreateDepositAsync(intent.Request, intent.Key);
        _creating = false;
        if (created.IsOk) Navigation.NavigateTo($"/wallet/deposits/{created.Value.Id}");
        else if (!Panel.LeaveIfSignedOut(created.Failure)) _createFailure = created.Failure;
    }
}
