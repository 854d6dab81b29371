using Microsoft.AspNetCore.Components;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Wire.Deposits;
using Webrana.Wire.Events;

namespace Webrana.Web.Deposits;

/// <summary>One top-up: how to pay it, and the moment it is paid.</summary>
public sealed partial class DepositPage : LivePage
{
    Deposit? _deposit;
    string? _channelName;

    /// <summary>The deposit.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override TimeSpan? PollEvery => _deposit is { Status: DepositStatus.Pending } ? TimeSpan.FromSeconds(4) : null;

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) =>
        change.Event is not { } happened || (happened.Type == EventTypes.DepositChanged && happened.Notice.Id == Id) || happened.Type == EventTypes.WalletChanged;

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (!Took(await Panel.Api.DepositAsync(Id, cancellationToken), out var deposit)) return;
        var wasPending = _deposit is { Status: DepositStatus.Pending };
        _deposit = deposit;
        if (wasPending && deposit.Status == DepositStatus.Paid) await Panel.ReadWalletAsync(cancellationToken);
        if (_channelName is not null) return;
        var channels = await Panel.Api.ChannelsAsync(deposit.Amount, cancellationToken);
        _channelName = channels.IsOk ? channels.Value.Items.FirstOrDefault(channel => channel.Code == deposit.PaymentMethod)?.Name : null;
        _channelName ??= deposit.PaymentMethod;
    }
}
