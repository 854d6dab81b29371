using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Security;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    const string Me = "api/v1/me/";
    const string Tokens = "api/v1/api-tokens";

    /// <summary>How the account is protected.</summary>
    public Task<ApiResult<SecurityOverview>> SecurityAsync(CancellationToken cancellationToken = default) => Get<SecurityOverview>(Me + "security", cancellationToken);

    /// <summary>Changes the password; every other login ends.</summary>
    public Task<ApiResult<Nothing>> ChangePasswordAsync(ChangePasswordRequest request, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Post(Me + "password", request), cancellationToken);

    /// <summary>Starts a change of address.</summary>
    public Task<ApiResult<Nothing>> ChangeEmailAsync(ChangeEmailRequest request, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Post(Me + "email", request), cancellationToken);

    /// <summary>Drops a change of address that waits.</summary>
    public Task<ApiResult<Nothing>> CancelEmailChangeAsync(CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete(Me + "email"), cancellationToken);

    /// <summary>Where the account is signed in.</summary>
    public Task<ApiResult<Page<SignedInDevice>>> DevicesAsync(CancellationToken cancellationToken = default) => Get<Page<SignedInDevice>>(Me + "sessions", cancellationToken);

    /// <summary>Signs one login out.</summary>
    public Task<ApiResult<Nothing>> EndDeviceAsync(string id, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete($"{Me}sessions/{Query.Segment(id)}"), cancellationToken);

    /// <summary>Signs out everywhere.</summary>
    /// <param name="keepCurrent">All but this login.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ApiResult<Nothing>> EndAllDevicesAsync(bool keepCurrent, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete(Me + (keepCurrent ? "sessions?keepCurrent=true" : "sessions")), cancellationToken);

    /// <summary>Makes a secret for an authenticator app.</summary>
    public Task<ApiResult<TwoFactorSetup>> SetUpTwoFactorAsync(SetUpTwoFactorRequest request, CancellationToken cancellationToken = default) =>
        Send<TwoFactorSetup>(ApiRequest.Post(Me + "two-factor/setup", request), cancellationToken);

    /// <summary>Switches two-factor sign-in on.</summary>
    public Task<ApiResult<RecoveryCodes>> EnableTwoFactorAsync(EnableTwoFactorRequest request, CancellationToken cancellationToken = default) =>
        Send<RecoveryCodes>(ApiRequest.Post(Me + "two-factor", request), cancellationToken);

    /// <summary>Switches two-factor sign-in off.</summary>
    public Task<ApiResult<Nothing>> DisableTwoFactorAsync(ProveTwoFactorRequest request, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete(Me + "two-factor", request), cancellationToken);

    /// <summary>Replaces the recovery codes.</summary>
    public Task<ApiResult<RecoveryCodes>> NewRecoveryCodesAsync(ProveTwoFactorRequest request, CancellationToken cancellationToken = default) =>
        Send<RecoveryCodes>(ApiRequest.Post(Me + "two-factor/recovery-codes", request), cancellationToken);

    /// <summary>The passkeys, oldest first.</summary>
    public Task<ApiResult<Page<Passkey>>> PasskeysAsync(CancellationToken cancellationToken = default) => Get<Page<Passkey>>(Me + "passkeys", cancellationToken);

    /// <summary>What a browser needs to make a passkey.</summary>
    public Task<ApiResult<PasskeyChallenge>> AskPasskeyAsync(AskPasskeyRequest request, CancellationToken cancellationToken = default) =>
        Send<PasskeyChallenge>(ApiRequest.Post(Me + "passkeys/options", request), cancellationToken);

    /// <summary>Adds the passkey a browser made.</summary>
    public Task<ApiResult<Passkey>> AddPasskeyAsync(AddPasskeyRequest request, CancellationToken cancellationToken = default) =>
        Send<Passkey>(ApiRequest.Post(Me + "passkeys", request), cancellationToken);

    /// <summary>Removes a passkey.</summary>
    public Task<ApiResult<Nothing>> RemovePasskeyAsync(string id, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete($"{Me}passkeys/{Query.Segment(id)}"), cancellationToken);

    /// <summary>The API tokens, newest first.</summary>
    public Task<ApiResult<Page<ApiToken>>> ApiTokensAsync(CancellationToken cancellationToken = default) => Get<Page<ApiToken>>(Tokens, cancellationToken);

    /// <summary>Makes an API token, shown this once.</summary>
    public Task<ApiResult<ApiTokenCreated>> CreateApiTokenAsync(CreateApiTokenRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ApiTokenCreated>(ApiRequest.Post(Tokens, request, key), cancellationToken);

    /// <summary>Revokes an API token.</summary>
    public Task<ApiResult<Nothing>> RevokeApiTokenAsync(string id, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete($"{Tokens}/{Query.Segment(id)}"), cancellationToken);
}
