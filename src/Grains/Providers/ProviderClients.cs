using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.Protection;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>The clients of all accounts, by account and token: a replaced token is never used again.</summary>
public sealed class ProviderClients(
    DigitalOceanClientFactory factory, ProviderTokens tokens, IOptions<DigitalOceanAccountOptions> options, IServiceProvider services)
{
    private readonly ConcurrentDictionary<(string Account, int Credentials), DigitalOceanClient> _clients = new();

    /// <summary>The client of the configured account with the configured token.</summary>
    /// <exception cref="InvalidOperationException">Another account.</exception>
    public DigitalOceanClient For(string accountId) => accountId == options.Value.AccountId
        ? _clients.GetOrAdd((accountId, 0), _ => With(options.Value.Token))
        : throw new InvalidOperationException($"The provider account '{accountId}' is not the configured one.");

    /// <summary>The client for a permit's credentials.</summary>
    public async ValueTask<DigitalOceanClient> OpenAsync(Permit permit)
    {
        if (_clients.TryGetValue((permit.AccountId, permit.Credentials), out var known))
            return known;
        // Only grains' factory knows the way to a grain; asked late, because it exists later than this.
        var grains = (IGrainFactory)services.GetService(typeof(IGrainFactory))!;
        return Open(permit.AccountId, await grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(permit.AccountId)).Connection());
    }

    /// <summary>The client of an account whose connection is at hand.</summary>
    public DigitalOceanClient Open(string accountId, ProviderConnection connection) => connection.ProtectedToken is { } token
        ? _clients.GetOrAdd((accountId, connection.Credentials), _ => With(tokens.Open(token)))
        : For(accountId);

    /// <summary>A client for a token that is only being tried.</summary>
    public DigitalOceanClient Try(string protectedToken) => With(tokens.Open(protectedToken));

    private DigitalOceanClient With(string token) => factory.For(options.Value.BaseUrl, token);
}
