namespace Webrana.Api.Tests.Support;

/// <summary>One host for all tests that only need users of their own.</summary>
public sealed class SharedApi : IAsyncLifetime
{
    ApiHost? _host;

    public ApiHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }
}

/// <summary>The collection of <see cref="SharedApi"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<SharedApi>
{
    public const string Name = "shared api";
}
