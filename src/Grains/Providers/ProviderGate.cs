using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>How grains call the provider: with a permit from the account, and telling it when the provider says 429.</summary>
public sealed class ProviderGate(IGrainFactory grains, ProviderClients clients)
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Takes a permit; false when there is none now.</summary>
    public async Task<bool> TryEnter(string accountId, CallShare share) => (await Account(accountId).RequestPermit(share)).IsOk;

    /// <summary>Makes one call for which a permit was taken.</summary>
    public async Task<ProviderResult<T>> Run<T>(string accountId, Func<DigitalOceanClient, Task<ProviderResult<T>>> call)
    {
        var result = await call(clients.For(accountId));
        if (result.WhyRefused is { IsRateLimited: true } refusal)
            await Account(accountId).RateLimited(refusal.RetryAfter ?? DefaultRetryAfter);
        return result;
    }

    /// <summary>Permit and call in one; null when there is no permit now.</summary>
    public async Task<ProviderResult<T>?> Call<T>(string accountId, CallShare share, Func<DigitalOceanClient, Task<ProviderResult<T>>> call) =>
        await TryEnter(accountId, share) ? await Run(accountId, call) : null;

    private IDigitalOceanAccountGrain Account(string accountId) =>
        grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(accountId));
}
