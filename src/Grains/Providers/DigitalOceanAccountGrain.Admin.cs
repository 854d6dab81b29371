using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>What admins decide about the account.</summary>
public sealed partial class DigitalOceanAccountGrain
{
    /// <inheritdoc/>
    public async Task<Result<ProviderAccountView, ProviderAccountError>> Add(AddProviderAccount command)
    {
        if (IsKnown)
            return ProviderAccountError.AlreadyExists;
        var (account, refused) = await TryToken(command.ProtectedToken);
        if (account is null)
            return refused;
        // Two ids for one account would spend its limits twice and take each other's droplets for strange.
        if ((await _fleet.ViewsAsync()).Any(other => other.ProviderUuid == account.Uuid))
            return Result<ProviderAccountView, ProviderAccountError>.Refused(ProviderAccountError.AlreadyExists, "Another id stands for the same account.");
        await _state.Update(state => state.AddedAt != 0 ? null : state with
        {
            Name = command.Name,
            ProtectedToken = command.ProtectedToken,
            Credentials = 1,
            Uuid = account.Uuid,
            AddedAt = NowMs,
        });
        _seen = account;
        _fleet.Changed();
        await EnsureRunning();
        return Shown();
    }

    /// <inheritdoc/>
    public async Task<Result<ProviderAccountView, ProviderAccountError>> SetMode(ProviderAccountMode mode)
    {
        if (!IsKnown)
            return ProviderAccountError.NotFound;
        await _state.Update(state => state with
        {
            Mode = mode,
            Name = state.Name.Length > 0 ? state.Name : _account,
            AddedAt = state.AddedAt == 0 ? NowMs : state.AddedAt,
            // Switching it on again says that somebody has looked.
            Alarm = state.Alarm == ProviderAlarm.ManyMissing && mode == ProviderAccountMode.Active ? ProviderAlarm.None : state.Alarm,
        });
        _healthDue = true;
        _fleet.Changed();
        return Shown();
    }

    /// <inheritdoc/>
    public async Task<Result<ProviderAccountView, ProviderAccountError>> ReplaceToken(string protectedToken)
    {
        if (!IsKnown)
            return ProviderAccountError.NotFound;
        var (account, refused) = await TryToken(protectedToken);
        if (account is null)
            return refused;
        if (State.Uuid is { } known && known != account.Uuid)
            return Result<ProviderAccountView, ProviderAccountError>.Refused(ProviderAccountError.TokenRefused, "The token opens another account.");
        await _state.Update(state => state.WithAlarm(ProviderAlarm.None, NowMs) with
        {
            ProtectedToken = protectedToken,
            Credentials = state.Credentials + 1,
            Uuid = account.Uuid,
            Name = state.Name.Length > 0 ? state.Name : _account,
            AddedAt = state.AddedAt == 0 ? NowMs : state.AddedAt,
        });
        (_seen, _healthDue) = (account, true);
        await EnsureRunning();
        return Shown();
    }

    private async Task<(Account? Account, ProviderAccountError Refused)> TryToken(string protectedToken) =>
        await _clients.Try(protectedToken).GetAccountAsync() switch
        {
            ProviderResult<Account>.Ok ok => (ok.Value, default),
            ProviderResult<Account>.Refused { Refusal: { IsUnauthorized: true } or { IsForbidden: true } } => (null, ProviderAccountError.TokenRefused),
            _ => (null, ProviderAccountError.ProviderUnavailable),
        };
}
