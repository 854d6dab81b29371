using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Grains.Common;

namespace Webrana.Grains.Billing;

/// <summary>The shop's billing settings. Changing them moves nobody's money and no running period: servers copy their policy when a period begins.</summary>
[GrainType("billing-settings")]
public sealed class BillingSettingsGrain : Grain, IBillingSettingsGrain
{
    private readonly DurableState<BillingSettingsState> _state;
    private readonly TimeProvider _clock;

    public BillingSettingsGrain(
        [PersistentState(StateNames.BillingSettings, StorageNames.State)] IPersistentState<BillingSettingsState> state, TimeProvider clock)
    {
        _state = new DurableState<BillingSettingsState>(state, this);
        _clock = clock;
    }

    /// <inheritdoc/>
    public Task<BillingSettings> Get() => Task.FromResult(_state.Value.Current);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BillingSettings>> History() =>
        Task.FromResult<IReadOnlyList<BillingSettings>>([.. _state.Value.Versions.Reverse().Select(version => version.View())]);

    /// <inheritdoc/>
    public async Task<Result<BillingSettings, BillingSettingsError>> Change(ChangeBillingSettings command)
    {
        var current = _state.Value.Current;
        var next = current with
        {
            UsdRateIdr = command.UsdRateIdr ?? current.UsdRateIdr,
            Addons = command.Addons ?? current.Addons,
            Daily = command.Daily ?? current.Daily,
            Monthly = command.Monthly ?? current.Monthly,
            Yearly = command.Yearly ?? current.Yearly,
        };
        if (BillingDefaults.Check(next) is { } refused)
            return refused;
        if (next == current)
            return current;
        next = next with { Version = current.Version + 1, ChangedAt = _clock.GetUtcNow(), ChangedBy = command.Actor };
        await _state.Update(state => state with { Versions = [.. state.Versions.TakeLast(BillingSettingsState.MostVersions - 1), StoredSettings.Of(next)] });
        return _state.Value.Current;
    }
}
