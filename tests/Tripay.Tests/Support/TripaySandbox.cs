using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Sandbox.Tripay;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Support;

/// <summary>A simulator and the product's client talking to it over loopback.</summary>
sealed class TripaySandbox : IAsyncDisposable
{
    readonly ServiceProvider _services;

    TripaySandbox(TripaySimulator simulator, ServiceProvider services)
    {
        Simulator = simulator;
        _services = services;
        Client = services.GetRequiredService<TripayClient>();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = simulator.Address };
    }

    public TripaySimulator Simulator { get; }

    public TripayClient Client { get; }

    /// <summary>A plain browser at the simulator.</summary>
    public HttpClient Http { get; }

    public static async Task<TripaySandbox> StartAsync(TripaySimulatorOptions? options = null, Action<TripayOptions>? configure = null, Action<IServiceCollection>? register = null)
    {
        options ??= new TripaySimulatorOptions();
        var simulator = await TripaySimulator.StartAsync(options, Until.Now);
        var services = new ServiceCollection().AddLogging();
        register?.Invoke(services);
        services.AddTripay(tripay =>
        {
            tripay.BaseUrl = simulator.BaseUrl;
            tripay.ApiKey = options.ApiKey;
            tripay.PrivateKey = options.PrivateKey;
            tripay.MerchantCode = options.MerchantCode;
            tripay.ReadRetryDelayMs = 1;
            configure?.Invoke(tripay);
        });
        return new TripaySandbox(simulator, services.BuildServiceProvider());
    }

    public async Task<TripayTransaction> CreateAsync(string method = "BRIVA", long amountIdr = 200_000, string? callbackUrl = null)
    {
        var result = await Client.CreateTransactionAsync(Order(method, amountIdr) with { CallbackUrl = callbackUrl }, Until.Now);
        return Assert.IsType<TripayResult<TripayTransaction>.Ok>(result).Value;
    }

    public void Pay(string reference) => Assert.True(Simulator.Apply(reference, PaymentAction.Pay));

    public int Calls(string methodAndPath) => Simulator.Requests.GetValueOrDefault(methodAndPath);

    public async Task<HttpResponseMessage> PostAsync(string path, JsonNode body) => await Http.PostAsJsonAsync(path, body, Until.Now);

    public static CreateTransaction Order(string method = "BRIVA", long amountIdr = 200_000, string? merchantRef = null) => new()
    {
        Method = method,
        MerchantRef = merchantRef ?? "WBR-" + Guid.NewGuid().ToString("N")[..12] + "-X",
        AmountIdr = amountIdr,
        CustomerName = "Siti Rahma",
        CustomerEmail = "siti@example.com",
        CustomerPhone = "081234567890",
        OrderItems = [new TripayOrderItem { Name = "Isi saldo", Price = amountIdr }],
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _services.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}
