using Webrana.Chaos.Cluster;
using Webrana.Client;
using Webrana.Wire.Admin;
using Webrana.Wire.Promos;

namespace Webrana.Chaos.Driver;

/// <summary>The customers and what they do all at once: corrections by an admin, top-ups, orders and operations on servers.</summary>
public sealed class Load : IAsyncDisposable
{
    // As much as one admin may give without a second; above it is a request, not money.
    private const long StartIdr = 1_000_000;
    private const int Starts = 3;

    private readonly ChaosCluster _cluster;
    private readonly HttpClient _http;
    private readonly WebranaSession _admin;
    private readonly List<Person> _people = [];
    private readonly ServerLife _servers;
    private readonly TopUps _topUps;
    private CancellationTokenSource? _running;
    private Task _work = Task.CompletedTask;

    private Load(ChaosCluster cluster, ClientLog log, FrontDoor door)
    {
        (_cluster, Log, Traffic) = (cluster, log, door.Traffic);
        // Longer than the API gives its silos: the driver wants to hear what the API says about them.
        _http = new HttpClient(door) { BaseAddress = cluster.ApiProcesses[0].Address, Timeout = TimeSpan.FromSeconds(40) };
        Client = new WebranaClient(_http);
        _admin = Client.As(new SignInAgain(Client, cluster.Secrets.AdminEmail, cluster.Secrets.AdminPassword));
        Insist = new Insistence(log);
        _servers = new ServerLife(Insist, log);
        _topUps = new TopUps(cluster, Insist, log);
    }

    public ClientLog Log { get; }

    public Insistence Insist { get; }

    /// <summary>What came of each request.</summary>
    public Traffic Traffic { get; }

    public WebranaClient Client { get; }

    public IReadOnlyList<Person> People => _people;

    /// <summary>Registers the customers and gives each a start.</summary>
    public static async Task<Load> PrepareAsync(ChaosCluster cluster, int customers, ClientLog log, FrontDoor door, CancellationToken cancellation)
    {
        var load = new Load(cluster, log, door);
        // One that every top-up meets: promo arrows lie on the way of money, not beside it.
        var promo = IdempotencyKey.New();
        await Person.MustAsync(
            () => load._admin.Admin.CreatePromoAsync(
                new PromoFields("Chaos 5%", PromoType.DepositBonus, PromoValueType.Percentage, 5, MaxUsagePerUser: 1_000, MaxUsageTotal: 100_000, BonusExpiryDays: 365),
                reason: null, promo, cancellation),
            "promo", cancellation);
        for (var i = 0; i < customers; i++)
        {
            var person = await Person.RegisterAsync(cluster, load.Client, $"budi{i}", cancellation);
            load._people.Add(person);
            for (var n = 0; n < Starts; n++)
                await load.AdjustAsync(person, StartIdr, cancellation);
        }

        return load;
    }

    /// <summary>Everybody begins, or goes on.</summary>
    public void Start()
    {
        _running = new CancellationTokenSource();
        var stop = _running.Token;
        _work = Task.WhenAll(_people.SelectMany(person => new[]
        {
            Task.Run(() => AdjustUntilAsync(person, stop)),
            Task.Run(() => _topUps.GoOnAsync(person, stop)),
            Task.Run(() => _servers.GoOnAsync(person, stop)),
        }));
    }

    /// <summary>Nobody begins anything more; returns when everybody knows what became of what they began.</summary>
    public async Task StopAsync()
    {
        if (_running is null)
            return;
        await _running.CancelAsync();
        await _work;
        _running.Dispose();
        _running = null;
    }

    /// <summary>A correction in somebody's favour.</summary>
    public Task GiveAsync(Person person, long amountIdr, CancellationToken cancellation) => AdjustAsync(person, amountIdr, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
    }

    private async Task AdjustUntilAsync(Person person, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(60));
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            await AdjustAsync(person, n % 3 == 0 ? 1_000 : -500, CancellationToken.None);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task AdjustAsync(Person person, long amountIdr, CancellationToken cancellation)
    {
        var intent = new Intent { Id = Log.NextId(), Kind = "adjust", UserId = person.UserId, AmountIdr = amountIdr };
        await Insist.AsyncOf(
            intent, key => _admin.Admin.AdjustAsync(person.UserId, new CreateAdjustmentRequest(amountIdr, $"chaos {intent.Id}"), key, CancellationToken.None),
            row => row.Id, cancellation);
    }
}
