using System.Net;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Consoles;
using Webrana.Sandbox.DigitalOcean.Endpoints;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean;

/// <summary>DigitalOcean API v2 on a real loopback port: in its own process for the sandbox, in the test's process for tests.</summary>
public sealed class DigitalOceanSimulator : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly World _world;

    DigitalOceanSimulator(WebApplication app, World world, Uri baseUrl, string token) => (_app, _world, BaseUrl, Token) = (app, world, baseUrl, token);

    /// <summary>Scheme, host and port; give it to the client as is.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The first accepted token.</summary>
    public string Token { get; }

    /// <summary>Droplets of all accounts that exist now, worked off to this moment.</summary>
    public int DropletCount => _world.Run(() => _world.State.Accounts.Sum(account => account.Droplets.Count));

    /// <summary>Faults that have not struck yet, or not as often as they shall: what is left here proves nothing about who met it.</summary>
    public IReadOnlyList<Fault> Faults => _world.Faults.All();

    /// <summary>Starts listening.</summary>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="ArgumentException">An address that is not loopback, or no token.</exception>
    public static async Task<DigitalOceanSimulator> StartAsync(DigitalOceanSimulatorOptions? options = null)
    {
        options ??= new DigitalOceanSimulatorOptions();
        if (options.Tokens.Count == 0 || options.Tokens.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("At least one token must be accepted (DIGITALOCEAN_TOKEN, separated by commas).", nameof(options));
        foreach (var url in options.Urls.Split(';'))
        {
            if (!IsLoopback(url))
                throw new ArgumentException($"The simulator listens on loopback only, not on {url}.", nameof(options));
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls);
        if (!options.Verbose)
            builder.Logging.ClearProviders();
        // A panel polls every few seconds; its log would hide everything else.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        var app = builder.Build();
        var world = new World(
            options.Tokens,
            new SimulatorSettings
            {
                ActionSeconds = options.ActionSeconds, DropletLimit = options.DropletLimit,
                RequestsPerMinute = options.RequestsPerMinute, RequestsPerHour = options.RequestsPerHour,
            },
            options.StateFile is null ? null : new StateFile(options.StateFile),
            options.Clock) { Scopes = options.Scopes };
        Map(app, world);
        await app.StartAsync();
        return new DigitalOceanSimulator(app, world, new Uri(app.Urls.First()), options.Tokens[0]);
    }

    /// <summary>Lays out a fault.</summary>
    /// <param name="fault">What shall go wrong.</param>
    public void Inject(Fault fault) => _world.Faults.Add(fault);

    /// <summary>Takes all faults away.</summary>
    public void ClearFaults() => _world.Faults.Clear();

    /// <summary>Turns the simulator's clock forward by this much.</summary>
    /// <param name="by">Positive.</param>
    public void MoveClock(TimeSpan by)
    {
        if (!_world.TryMoveClock(_world.State.ClockOffsetMs + (long)by.TotalMilliseconds))
            throw new ArgumentOutOfRangeException(nameof(by), by, "The clock goes forward only.");
    }

    /// <summary>How many calls there were.</summary>
    /// <param name="method">Such as POST.</param>
    /// <param name="template">Such as /v2/droplets/{id}/actions.</param>
    public int CountRequests(string method, string template) =>
        _world.Requests.All().Where(count => count.Method == method && count.Path == template).Sum(count => count.Count);

    /// <summary>Waits until the process is told to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _world.Guests.Dispose();
    }

    static void Map(WebApplication app, World world)
    {
        // A web page of somewhere else must not drive the simulator through a name that resolves to loopback.
        app.Use(async (http, next) =>
        {
            if (IsLoopback($"http://{http.Request.Host}"))
                await next(http);
            else
                http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        });
        app.UseWebSockets();
        app.UseRouting();
        SandboxEndpoints.Map(app, world);
        var router = new Router(app, world);
        DropletEndpoints.Map(router);
        var consoles = new ConsoleEndpoints(world);
        consoles.Map(app);
        ActionEndpoints.Map(router, consoles);
        CatalogueEndpoints.Map(router);
        AccountEndpoints.Map(router);
        TagEndpoints.Map(router);
        FirewallEndpoints.Map(router);
        MonitoringEndpoints.Map(router);
        router.MapNothingElse("/v2/{**rest}");
    }

    static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && (parsed.Host == "localhost" || (IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
