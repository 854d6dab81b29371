using System.Globalization;
using System.Net.Http.Json;
using Npgsql;
using Webrana.Chaos.Network;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;

namespace Webrana.Chaos.Cluster;

/// <summary>
/// The whole product as real processes: PostgreSQL, simulators, silos, two APIs. Between each product process and PostgreSQL, between all of
/// them and each provider, and where that is wanted before each silo lies a wire that can be broken.
/// </summary>
public sealed class ChaosCluster : IAsyncDisposable
{
    private const int Apis = 2;
    private const string OwnCluster = "webrana";

    // The size of its pool (ControlApp).
    private const int ControlConnections = 4;

    private readonly DataFolder _folder;
    private readonly SandboxPorts _ports;
    private readonly SandboxServices _services;
    private readonly List<FaultyProxy> _wires = [];
    private readonly List<Member> _simulators;
    private readonly bool _wiredSilos;

    private ChaosCluster(DataFolder folder, SandboxPorts ports, Secrets secrets, ClusterDatabase database, bool wiredSilos)
    {
        (_folder, _ports, Secrets, Database, _wiredSilos) = (folder, ports, secrets, database, wiredSilos);
        _services = new SandboxServices(folder, ports, secrets, database.Product);
        _simulators = [.. _services.Simulators().Select(spec => new Member(spec, folder.Log(spec.Role)))];
        DigitalOceanWire = Wire("digitalocean", ports.DigitalOcean);
        TripayWire = Wire("tripay", ports.Tripay);
    }

    public Secrets Secrets { get; }

    public ClusterDatabase Database { get; }

    /// <summary>The folder of data and logs.</summary>
    public string Folder => _folder.Root;

    public FaultyProxy DigitalOceanWire { get; }

    public FaultyProxy TripayWire { get; }

    /// <summary>All wires, those to PostgreSQL among them.</summary>
    public IReadOnlyList<FaultyProxy> Wires => _wires;

    /// <summary>Which writes of the product's processes fail on their way.</summary>
    public FailingWrites Writes { get; } = new();

    public List<Member> Silos { get; } = [];

    public List<Member> ApiProcesses { get; } = [];

    public IEnumerable<Member> Members => Silos.Concat(ApiProcesses);

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(90) };

    public Uri DigitalOcean => new(SandboxPorts.Address(_ports.DigitalOcean));

    public Uri Tripay => new(SandboxPorts.Address(_ports.Tripay));

    public Uri Control => new(SandboxPorts.Address(_ports.Control));

    /// <summary>Starts everything and waits until it is ready.</summary>
    /// <param name="wiredSilos">Silos and APIs reach each silo by a wire that can be broken.</param>
    public static async Task<ChaosCluster> StartAsync(string root, int portBase, int silos, bool wiredSilos, CancellationToken cancellation)
    {
        var folder = new DataFolder(root);
        folder.Create();
        var secrets = Secrets.Of(folder);
        var ports = new SandboxPorts(portBase);
        var database = await ClusterDatabase.StartAsync(folder, secrets, ports.Postgres, cancellation);
        var cluster = new ChaosCluster(folder, ports, secrets, database, wiredSilos);
        try
        {
            await Task.WhenAll(cluster._simulators.Select(simulator => simulator.StartAsync()));
            await Task.WhenAll(cluster._simulators.Select(simulator => simulator.WaitReadyAsync(cancellation)));
            cluster.Silos.AddRange(Enumerable.Range(1, silos).Select(cluster.NewSilo));
            cluster.ApiProcesses.AddRange(Enumerable.Range(1, Apis).Select(number => cluster.NewApi(number)));
            // The first silo migrates; the others would only queue behind its lock.
            await cluster.Silos[0].StartAsync();
            await cluster.Silos[0].WaitReadyAsync(cancellation);
            await cluster.StartMissingAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A silo, not yet started. With another cluster id it is of another cluster on the same database: a split brain.</summary>
    public Member NewSilo(int number) => NewSilo(number, OwnCluster);

    public Member NewSilo(int number, string clusterId)
    {
        var spec = _services.Silo(number);
        spec = spec with { Role = clusterId == OwnCluster ? spec.Role : $"{spec.Role}-{clusterId}" };
        // Sweeps run in real time and books are judged in business time, which is turned by minutes each few seconds here: sweeps keep up with it.
        var environment = new Dictionary<string, string> { ["Silo__ClusterId"] = clusterId, ["DigitalOcean__SweepMs"] = "3000" };
        if (RenewsInLane(number, clusterId))
            environment["Sweeping__StormFrom"] = "1";
        if (_wiredSilos)
        {
            // The table of members names the wires; the silo listens behind them.
            foreach (var (from, kind) in new[] { ("silos", "Silo"), ("apis", "Gateway") })
            {
                var listening = spec.Environment[$"Silo__{kind}Port"];
                environment[$"Silo__{kind}ListenPort"] = listening;
                var wire = Wire($"{from} to {spec.Role}", int.Parse(listening, CultureInfo.InvariantCulture));
                environment[$"Silo__{kind}Port"] = wire.Port.ToString(CultureInfo.InvariantCulture);
            }
        }

        return NewMember(spec, environment);
    }

    /// <summary>
    /// Every second silo renews whatever its sweepers find due without waking its grain (ADR 62): a handful of customers is never the storm from which on
    /// that is done. So does one of another cluster, for records that a grain here and the lane there both write.
    /// </summary>
    public static bool RenewsInLane(int number, string clusterId = OwnCluster) => number % 2 == 0 || clusterId != OwnCluster;

    public Member NewApi(int number, string clusterId = OwnCluster)
    {
        var spec = _services.Api();
        // The front door looks twice a second, and believes the third look.
        var environment = new Dictionary<string, string> { ["Silo__ClusterId"] = clusterId, ["Edge__DrainSeconds"] = "4" };
        if (number == 1)
            return NewMember(spec with { Role = "api-1" }, environment);
        var port = FreePort.Next();
        var address = SandboxPorts.Address(port);
        environment["ASPNETCORE_URLS"] = address;
        environment["Telemetry__MetricsPort"] = port.ToString(CultureInfo.InvariantCulture);
        return NewMember(spec with { Role = $"api-{number}", Arguments = ["--urls", address], Health = new Uri(address + "/health/ready") }, environment);
    }

    /// <summary>Heals what can be healed: wires, the database, stopped and dead processes; then waits until all are ready.</summary>
    public async Task HealAsync(CancellationToken cancellation)
    {
        Writes.End();
        foreach (var wire in _wires)
            wire.Set(WireState.Healthy);
        if (!Database.IsUp)
        {
            await Database.RestartAsync(cancellation);
            await RefreshControlAsync(cancellation);
        }

        Database.Forget();
        foreach (var member in Members.Where(member => member.IsStopped))
            member.Thaw();
        // What was declared dead while it stood still finds out and ends itself, now or in the seconds that follow.
        for (var quiet = 0; quiet < 3; quiet++)
        {
            await StartMissingAsync(cancellation);
            if (Members.All(member => member.IsAlive))
                return;
        }
    }

    private async Task StartMissingAsync(CancellationToken cancellation)
    {
        var missing = Members.Where(member => !member.IsAlive).ToList();
        await Task.WhenAll(missing.Select(member => member.StartAsync()));
        while (true)
        {
            try
            {
                await Task.WhenAll(Members.Select(member => member.WaitReadyAsync(cancellation)));
                return;
            }
            catch (Sandbox.Launcher.LauncherException) when (Members.Any(member => !member.IsAlive) && missing.Count < 20)
            {
                // Declared dead a moment ago, a silo may end while we wait for it; it is started again.
                var again = Members.Where(member => !member.IsAlive).ToList();
                missing.AddRange(again);
                await Task.WhenAll(again.Select(member => member.StartAsync()));
            }
        }
    }

    /// <summary>
    /// The control service asks the same database, and would meet what a crash broke at the next turn of the clock, which would count as a finding:
    /// each question throws one such connection of its pool away.
    /// </summary>
    public async Task RefreshControlAsync(CancellationToken cancellation)
    {
        for (var connection = 0; connection <= ControlConnections; connection++)
        {
            using var answer = await Http.GetAsync(new Uri(Control, "/clock"), cancellation);
        }
    }

    /// <summary>Turns the business clock; everything due is worked off before it answers, or its time runs out.</summary>
    /// <returns>False when the control service could not: it stands on the same database and simulators that were just broken.</returns>
    public async Task<bool> AdvanceAsync(string duration, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Http.PostAsJsonAsync(new Uri(Control, "/clock"), new { advance = duration }, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The same in the middle of the load, where something is always due: it turns, and hardly waits for what follows from that.</summary>
    public async Task TurnAsync(string duration, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(TimeSpan.FromSeconds(3));
        await ((Task)AdvanceAsync(duration, enough.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task SwitchAsync(Uri simulator, string path, object body, CancellationToken cancellation)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(simulator, path), body, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members.Where(member => member.IsStopped))
            member.Thaw();
        await Task.WhenAll(ApiProcesses.Select(member => member.ShutDownAsync(TimeSpan.FromSeconds(10))));
        await Task.WhenAll(Silos.Select(member => member.ShutDownAsync(TimeSpan.FromSeconds(10))));
        await Task.WhenAll(_simulators.Select(member => member.ShutDownAsync(TimeSpan.FromSeconds(5))));
        foreach (var wire in _wires)
            await wire.DisposeAsync();
        await Database.DisposeAsync();
        Http.Dispose();
    }

    private Member NewMember(ServiceSpec spec, Dictionary<string, string> more)
    {
        var environment = new Dictionary<string, string>(spec.Environment);
        var wire = Wire($"{spec.Role} to postgres", new NpgsqlConnectionStringBuilder(Database.Product.AppConnectionString).Port, Writes);
        foreach (var name in new[] { "ConnectionStrings__Webrana", "ConnectionStrings__WebranaOwner" })
            environment[name] = new NpgsqlConnectionStringBuilder(environment[name]) { Port = wire.Port }.ConnectionString;
        environment["DigitalOcean__BaseUrl"] = SandboxPorts.Address(DigitalOceanWire.Port);
        environment["Tripay__BaseUrl"] = SandboxPorts.Address(TripayWire.Port) + "/api-sandbox/";
        foreach (var (name, value) in more)
            environment[name] = value;
        return new Member(spec with { Environment = environment }, _folder.Log(spec.Role));
    }

    private FaultyProxy Wire(string name, int port, FailingWrites? failing = null)
    {
        var wire = FaultyProxy.Start(name, port, failing);
        _wires.Add(wire);
        return wire;
    }
}
