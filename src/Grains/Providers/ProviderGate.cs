using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>
/// How grains call the provider: with a permit from the account, with the token it names, and telling the account when the provider says
/// 429 or 401.
/// </summary>
public sealed class ProviderGate(IGrainFactory grains, ProviderClients clients)
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Takes a permit; refused when there is none now.</summary>
    public Task<Result<Permit, PermitError>> Enter(string accountId, CallShare share) => Account(accountId).RequestPermit(share);

    /// <summary>Makes one call for which a permit was taken.</summary>
    public async Task<ProviderResult<T>> Run<T>(Permit permit, Func<DigitalOceanClient, Task<ProviderResult<T>>> call)
    {
        var result = await call(await clients.OpenAsync(permit));
        if (result.WhyRefused is { IsRateLimited: true } refusal)
            await Account(permit.AccountId).RateLimited(refusal.RetryAfter ?? DefaultRetryAfter);
        else if (result.WhyRefused is { IsUnauthorized: true })
            await Account(permit.AccountId).TokenRefused(permit.Credentials);
        return result;
    }

    /// <summary>Permit and call in one; null when there is no permit now.</summary>
    public async Task<ProviderResult<T>?> Call<T>(string accountId, CallShare share, Func<DigitalOceanClient, Task<ProviderResult<T>>> call) =>
        (await Enter(accountId, share)).TryGet(out var permit) ? await Run(permit, call) : null;

    private IDigitalOceanAccountGrain Account(string accountId) =>
        grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(accountId));
}
