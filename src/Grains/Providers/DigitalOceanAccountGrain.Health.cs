using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>
/// Whether the account can be worked with and sold through: token, standing, droplet limit, bill. What stops everything (a refused token,
/// a token of another account) is stored, so that no successor calls before it was looked at again.
/// </summary>
public sealed partial class DigitalOceanAccountGrain
{
    private IGrainTimer? _watchTimer;
    private DateTimeOffset _healthAt = DateTimeOffset.MinValue;
    private bool _healthDue;
    private Account? _seen;
    private int? _dropletCount;
    private long? _monthToDateUsdCents;
    private long? _owedUsdCents;
    private long? _balanceUsdCents;
    private DateTimeOffset? _checkedAt;

    /// <inheritdoc/>
    public async Task EnsureRunning()
    {
        if (!IsKnown)
            return;
        var every = TimeSpan.FromMilliseconds(Math.Min(5_000, _options.SweepMs));
        _watchTimer ??= this.RegisterGrainTimer(Watch, new GrainTimerCreationOptions(TimeSpan.Zero, every) { Interleave = true, KeepAlive = true });
        // In the list of accounts from the first moment, also the one that needs no adding.
        if (!_state.Exists)
            await _state.Update(state => state.AddedAt != 0 ? null : state with { Name = _account, AddedAt = NowMs });
    }

    /// <inheritdoc/>
    public Task TokenRefused(int credentials)
    {
        // A call may come back late, after the token was replaced.
        if (credentials == State.Credentials)
            _healthDue = true;
        return _watchTimer is null ? EnsureRunning() : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ProviderAccountView> View() => Task.FromResult(Shown());

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Before the first look nothing is known against it.</summary>
    private bool IsSelling => IsKnown && State is { Mode: ProviderAccountMode.Active } && State.MayCall && State.Alarm != ProviderAlarm.Locked;

    private ProviderAccountView Shown() => new(
        _account,
        State.Name.Length > 0 ? State.Name : _account,
        State.Mode,
        State.Alarm,
        State.AlarmSince is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null,
        IsSelling && Free > 0,
        _seen?.Status ?? "",
        _seen?.DropletLimit ?? 0,
        Counted,
        Free,
        _monthToDateUsdCents,
        _checkedAt,
        _swept,
        State.Uuid ?? "",
        _owedUsdCents,
        _balanceUsdCents);

    private async Task Watch()
    {
        try
        {
            var now = RealTime.GetUtcNow();
            if (_healthDue || now >= _healthAt)
            {
                _healthDue = false;
                // A paused account is tried more often: work waits for it.
                _healthAt = now + TimeSpan.FromMilliseconds(State.MayCall ? _options.HealthMs : Math.Min(_options.HealthMs, 30_000));
                await LookAtHealth();
            }

            if (State.MayCall)
                await Sweep();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogReadFailed(_log, _account, e);
        }
    }

    private async Task LookAtHealth()
    {
        // Asked past the pause: this is the call that ends it. Never past an admin's word or the budget.
        if (State.Mode == ProviderAccountMode.Disabled || await TakePermit(CallShare.Reconcile) is not null)
            return;
        switch (await Client.GetAccountAsync())
        {
            case ProviderResult<Account>.Ok { Value: var account }:
                _seen = account;
                _checkedAt = _clock.GetUtcNow();
                var alarm = State.Uuid is { } known && known != account.Uuid ? ProviderAlarm.WrongAccount
                    : account.Status == "locked" ? ProviderAlarm.Locked
                    : State.Alarm == ProviderAlarm.ManyMissing ? ProviderAlarm.ManyMissing
                    : ProviderAlarm.None;
                await Raise(alarm, uuid: State.Uuid ?? account.Uuid);
                break;
            case ProviderResult<Account>.Refused { Refusal.IsUnauthorized: true }:
                await Raise(ProviderAlarm.TokenRefused, State.Uuid);
                return;
            case ProviderResult<Account>.Refused { Refusal: { IsRateLimited: true } limited }:
                await RateLimited(limited.RetryAfter ?? DefaultRetryAfter);
                return;
        }

        // Before the count is read: who gets its droplet in between is counted twice for a while, and never not at all.
        await ReadPlaces();
        if (await Read(CallShare.Reconcile, cloud => cloud.ListDropletsAsync(new PageRequest(1, 1))) is { } first)
        {
            _dropletCount = (int)first.Total;
            ForgetPlaces();
            await NoteRoom();
        }

        if (await Read(CallShare.Reconcile, cloud => cloud.GetBalanceAsync()) is { } balance)
            (_monthToDateUsdCents, _owedUsdCents, _balanceUsdCents) = (Cents(balance.MonthToDateUsage), Cents(balance.AccountBalance), Cents(balance.MonthToDateBalance));
    }

    private static long Cents(decimal usd) => decimal.ToInt64(decimal.Round(usd * 100));

    private async Task Raise(ProviderAlarm alarm, string? uuid)
    {
        var before = State.Alarm;
        await _state.Update(state => state.Alarm == alarm && state.Uuid == uuid
            ? null
            : state.WithAlarm(alarm, NowMs) with { Uuid = uuid, AddedAt = state.AddedAt == 0 ? NowMs : state.AddedAt, Name = state.Name.Length > 0 ? state.Name : _account });
        if (alarm == before)
            return;
        if (alarm == ProviderAlarm.None)
            LogAlarmOver(_log, _account, before);
        else
            LogAlarm(_log, _account, alarm);
    }
}
