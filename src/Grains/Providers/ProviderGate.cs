using System.Collections.Concurrent;
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

    private readonly ConcurrentDictionary<string, Permit> _newest = new(StringComparer.Ordinal);

    /// <summary>Takes a permit; false when there is none now.</summary>
    public async Task<bool> TryEnter(string accountId, CallShare share) => (await Enter(accountId, share)).IsOk;

    /// <summary>Takes a permit, or says why there is none now.</summary>
    public async Task<Result<Permit, PermitError>> Enter(string accountId, CallShare share)
    {
        var answer = await Account(accountId).RequestPermit(share);
        if (answer.TryGet(out var permit))
            _newest[accountId] = permit;
        return answer;
    }

    /// <summary>Makes one call for which a permit was taken, with the newest credentials that a permit named.</summary>
    public async Task<ProviderResult<T>> Run<T>(string accountId, Func<DigitalOceanClient, Task<ProviderResult<T>>> call)
    {
        var permit = _newest[accountId];
        var result = await call(await clients.OpenAsync(permit));
        if (result.WhyRefused is { IsRateLimited: true } refusal)
            await Account(accountId).RateLimited(refusal.RetryAfter ?? DefaultRetryAfter);
        else if (result.WhyRefused is { IsUnauthorized: true })
            await Account(accountId).TokenRefused(permit.Credentials);
        return result;
    }

    /// <summary>Permit and call in one; null when there is no permit now.</summary>
    public async Task<ProviderResult<T>?> Call<T>(string accountId, CallShare share, Func<DigitalOceanClient, Task<ProviderResult<T>>> call) =>
        await TryEnter(accountId, share) ? await Run(accountId, call) : null;

    private IDigitalOceanAccountGrain Account(string accountId) =>
        grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(accountId));
}
