using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Webrana.Sandbox.DigitalOcean;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.DigitalOcean.Tests.Support;

/// <summary>A simulator of its own on a real loopback port, a client to it, and the simulator's clock in the test's hand.</summary>
public sealed class Rig : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly HttpClient _plain;

    Rig(DigitalOceanSimulator simulator, FakeTimeProvider clock, ServiceProvider services)
    {
        (Simulator, Clock, _services) = (simulator, clock, services);
        Client = ClientFor(simulator.Token);
        _plain = new HttpClient { BaseAddress = simulator.BaseUrl };
    }

    public DigitalOceanSimulator Simulator { get; }

    /// <summary>How far the simulator's actions are.</summary>
    public FakeTimeProvider Clock { get; }

    public DigitalOceanClient Client { get; }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static DateTimeOffset Start { get; } = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Actions take 10 seconds of the fake clock unless said otherwise.</summary>
    public static async Task<Rig> StartAsync(
        Action<DigitalOceanSimulatorOptions>? simulator = null, Action<DigitalOceanOptions>? client = null, Action<IServiceCollection>? services = null)
    {
        var clock = new FakeTimeProvider(Start);
        var options = new DigitalOceanSimulatorOptions { ActionSeconds = 10, Clock = clock };
        simulator?.Invoke(options);
        return new Rig(await DigitalOceanSimulator.StartAsync(options), clock, Services(client, services));
    }

    public static ServiceProvider Services(Action<DigitalOceanOptions>? client = null, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddDigitalOcean(options =>
        {
            options.ReadRetryDelay = TimeSpan.FromMilliseconds(1);
            client?.Invoke(options);
        });
        more?.Invoke(services);
        return services.BuildServiceProvider();
    }

    public DigitalOceanClient ClientFor(string token) => _services.GetRequiredService<DigitalOceanClientFactory>().For(Simulator.BaseUrl, token);

    public static DropletCreate Wish(string name = "web-01", string tag = "svc-1", string size = "s-1vcpu-1gb") => new()
    {
        Name = name,
        Size = size,
        Image = "ubuntu-24-04-x64",
        Region = "sgp1",
        Tags = [tag],
        Monitoring = true,
    };

    public Task<ProviderResult<CreatedDroplet>> CreateAsync(DropletCreate? wish = null) =>
        Client.CreateDropletAsync(wish ?? Wish(), SendDeadline.None, Stop);

    /// <summary>A droplet that is up.</summary>
    public async Task<Droplet> CreateActiveAsync(DropletCreate? wish = null)
    {
        var created = (await CreateAsync(wish)).Value();
        FinishActions();
        return (await Client.GetDropletAsync(created.Droplet.Id, Stop)).Value();
    }

    /// <summary>Starts an action and lets it end.</summary>
    public async Task<DropletAction> DoAsync(long dropletId, DropletActionRequest request)
    {
        var started = (await Client.StartActionAsync(dropletId, request, cancellationToken: Stop)).Value();
        FinishActions();
        return (await Client.GetActionAsync(started.Id, Stop)).Value();
    }

    /// <summary>Longer than any action takes.</summary>
    public void FinishActions() => Clock.Advance(TimeSpan.FromSeconds(60));

    public void Inject(string kind, Func<Fault, Fault>? with = null)
    {
        var fault = new Fault { Kind = kind };
        Simulator.Inject(with is null ? fault : with(fault));
    }

    /// <summary>A call past the client, with the token; a body that is text is sent as it stands.</summary>
    public async Task<RawAnswer> RawAsync(string method, string path, object? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Simulator.Token);
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _plain.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        var json = text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement : default;
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => string.Join(',', pair.Value));
        return new RawAnswer((int)response.StatusCode, json, text, headers);
    }

    public async ValueTask DisposeAsync()
    {
        _plain.Dispose();
        await _services.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}

public sealed record RawAnswer(int Status, JsonElement Json, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public string Message => Json.GetProperty("message").GetString()!;
}

public static class Outcomes
{
    public static T Value<T>(this ProviderResult<T> result) => Assert.IsType<ProviderResult<T>.Ok>(result).Value;

    public static Refusal Refusal<T>(this ProviderResult<T> result) => Assert.IsType<ProviderResult<T>.Refused>(result).Refusal;

    public static UnknownReason Unknown<T>(this ProviderResult<T> result) => Assert.IsType<ProviderResult<T>.Unknown>(result).Reason;

    public static NotSentReason NotSent<T>(this ProviderResult<T> result) => Assert.IsType<ProviderResult<T>.NotSent>(result).Reason;
}
