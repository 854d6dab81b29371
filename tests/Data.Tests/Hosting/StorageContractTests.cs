using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Webrana.Data.Hosting;

namespace Webrana.Data.Tests.Hosting;

/// <summary>What the product relies on from each of its grain storage providers, on real PostgreSQL through a real silo.</summary>
public sealed class StorageContractTests(StorageCluster cluster) : IClassFixture<StorageCluster>
{
    public static TheoryData<string> Providers => [WebranaSiloExtensions.StateStorage, WebranaSiloExtensions.BatchedStorage];

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_written_is_read_back_by_another_activation(string provider)
    {
        var (storage, id) = Fresh(provider);
        var written = Holding(new Probe { Name = "a \"quoted\" käse 🧀", Amount = long.MaxValue });
        await storage.WriteStateAsync("probe", id, written);
        Assert.Equal("1", written.ETag);

        var read = new GrainState<Probe>();
        await storage.ReadStateAsync("probe", id, read);
        Assert.Equal((written.State!.Name, written.State.Amount, "1", true), (read.State!.Name, read.State.Amount, read.ETag, read.RecordExists));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Of_many_first_writers_exactly_one_wins(string provider)
    {
        var (storage, id) = Fresh(provider);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            try
            {
                await storage.WriteStateAsync("probe", id, Holding(new Probe { Amount = n }));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }));
        Assert.Single(outcomes, won => won);
        Assert.Equal(1, await cluster.Count($"SELECT count(*) FROM grain_state WHERE key = '{id.Key}'"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_stale_writer_loses_and_changes_nothing(string provider)
    {
        var (storage, id) = Fresh(provider);
        var one = Holding(new Probe { Amount = 1 });
        await storage.WriteStateAsync("probe", id, one);
        var stale = new GrainState<Probe>();
        await storage.ReadStateAsync("probe", id, stale);
        one.State!.Amount = 2;
        await storage.WriteStateAsync("probe", id, one);

        stale.State!.Amount = 3;
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("probe", id, stale));
        var read = new GrainState<Probe>();
        await storage.ReadStateAsync("probe", id, read);
        Assert.Equal((2L, "2"), (read.State!.Amount, read.ETag));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_stale_writer_whose_row_is_gone_does_not_bring_it_back(string provider)
    {
        var (storage, id) = Fresh(provider);
        var ghost = Holding(new Probe());
        ghost.ETag = "7";
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("probe", id, ghost));
        Assert.Equal(0, await cluster.Count($"SELECT count(*) FROM grain_state WHERE key = '{id.Key}'"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Clearing_keeps_the_row_and_goes_on_counting(string provider)
    {
        var (storage, id) = Fresh(provider);
        var state = Holding(new Probe { Amount = 5, List = new ProbeList("user-1", "ON", 1, 2) });
        await storage.WriteStateAsync("probe", id, state);
        var stale = new GrainState<Probe>();
        await storage.ReadStateAsync("probe", id, stale);
        await storage.ClearStateAsync("probe", id, state);
        Assert.False(state.RecordExists);
        Assert.Equal(1, await cluster.Count(
            $"SELECT count(*) FROM grain_state WHERE key = '{id.Key}' AND payload IS NULL AND version = 2 AND owner IS NULL AND due_at IS NULL"));

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("probe", id, stale));
        state.State = new Probe { Amount = 6 };
        await storage.WriteStateAsync("probe", id, state);
        Assert.Equal("3", state.ETag);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_list_columns_follow_the_payload(string provider)
    {
        var (storage, id) = Fresh(provider);
        var state = Holding(new Probe { List = new ProbeList("user-9", "PENDING", 1_700_000_000_123, 42) });
        await storage.WriteStateAsync("probe", id, state);
        Assert.Equal(1, await Listed("owner = 'user-9' AND status = 'PENDING' AND due_at = 1700000000123 AND sort_at = 42"));

        state.State!.List = new ProbeList("user-9", "PAID", null, 42);
        await storage.WriteStateAsync("probe", id, state);
        Assert.Equal(1, await Listed("owner = 'user-9' AND status = 'PAID' AND due_at IS NULL AND sort_at = 42"));

        Task<long> Listed(string where) => cluster.Count($"SELECT count(*) FROM grain_state WHERE key = '{id.Key}' AND {where}");
    }

    [Theory]
    [InlineData("BEEF")]
    [InlineData("0042")]
    [InlineData("FACE+wallet:x")]
    [InlineData("9e107d9d372bb6826bd81d3542a419d6")]
    [InlineData("nocolon")]
    public async Task Keys_that_are_not_prefixed_strings_are_refused(string key)
    {
        foreach (var provider in Providers)
        {
            var storage = cluster.Storage(provider.Data);
            await Assert.ThrowsAnyAsync<Exception>(() => storage.WriteStateAsync("probe", GrainId.Create("probe", key), Holding(new Probe())));
        }

        // Also in no other writing of it: a number, a Guid, the part behind the plus. Other tests' random keys may well contain these letters.
        Assert.Equal(0, await cluster.Count($"SELECT count(*) FROM grain_state WHERE key ILIKE '{key}' OR position(':' IN key) = 0 OR key = 'wallet:x'"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_polymorphic_state_survives_the_reordering_of_its_keys(string provider)
    {
        var (storage, id) = Fresh(provider);
        // jsonb sorts by length: "a" comes before "$kind" when read back.
        await storage.WriteStateAsync("probe", id, Holding(new Probe { Shape = new Square { A = 4 } }));
        var read = new GrainState<Probe>();
        await storage.ReadStateAsync("probe", id, read);
        Assert.Equal(4, Assert.IsType<Square>(read.State!.Shape).A);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_state_names_do_not_share_a_row(string provider)
    {
        var (storage, id) = Fresh(provider);
        await storage.WriteStateAsync("probe", id, Holding(new Probe { Amount = 1 }));
        var other = new GrainState<Probe>();
        await storage.ReadStateAsync("probe-other", id, other);
        Assert.False(other.RecordExists);
        Assert.Null(other.ETag);
    }

    private (IGrainStorage Storage, GrainId Id) Fresh(string provider) =>
        (cluster.Storage(provider), GrainId.Create("probe", $"probe:{Guid.NewGuid()}"));

    private static GrainState<Probe> Holding(Probe state) => new(state);

    public sealed class Probe
    {
        public string Name { get; set; } = "";
        public long Amount { get; set; }
        public ProbeList? List { get; set; }
        public Shape? Shape { get; set; }
    }

    public sealed record ProbeList(string Owner, string Status, long? DueAt, long? SortAt);

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "$kind"), JsonDerivedType(typeof(Square), "square")]
    public abstract class Shape;

    public sealed class Square : Shape
    {
        public int A { get; set; }
    }
}

/// <summary>One silo on a migrated database.</summary>
public sealed class StorageCluster : IAsyncLifetime
{
    private readonly MigratedDatabase _database = new();
    private InProcessTestCluster? _cluster;

    public IGrainStorage Storage(string provider) => _cluster!.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(provider);

    public Task<long> Count(string sql) => _database.Database.ScalarAsync<long>(sql);

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.UseWebranaStorage(_database.Sources));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }
}
