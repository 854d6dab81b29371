using Webrana.Contracts;
using Webrana.Contracts.Plans;

namespace Webrana.Grains.Tests.Common;

/// <summary>The one helper that writes, through a grain that uses it and nothing else.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DurableStateTests(SharedCluster shared)
{
    static readonly DefinePlan Definition = new(
        "Test", "s-1vcpu-1gb", 1, 1024, 25, 1, new PlanPrices(300, 7_000, 129_000, 1_290_000, true, true, true), ["sgp1"], false, 1);

    static readonly SetPricing Dearer = new(null, null, 500_000, null, null, null, null);

    WebranaCluster Cluster => shared.Cluster;

    async Task<(string Id, IPlanGrain Plan)> PlanAsync()
    {
        var id = $"t-{Guid.NewGuid():N}";
        await Cluster.Plan(id).Create(Definition);
        return (id, Cluster.Plan(id));
    }

    [Fact]
    public async Task A_write_that_another_activation_overtook_changes_nothing_says_so_and_reads_anew()
    {
        var (id, plan) = await PlanAsync();
        await Cluster.Database.ExecuteAsync(
            $"UPDATE grain_state SET version = version + 1, payload = jsonb_set(payload, '{{name}}', '\"Overtaken\"') WHERE key = 'plan:{id}'");

        var failure = await Assert.ThrowsAsync<InfrastructureException>(() => plan.SetPricing(Dearer));

        Assert.True(failure.OutcomeKnown);
        var read = (await plan.Get()).Value!;
        Assert.Equal(("Overtaken", 129_000), (read.Name, read.Prices.MonthlyIdr));
        Assert.True((await plan.SetPricing(Dearer)).IsOk);
    }

    [Fact]
    public async Task A_write_that_the_database_refused_leaves_nothing_in_memory_to_be_written_later()
    {
        var (id, plan) = await PlanAsync();
        await Cluster.Database.ExecuteAsync($"""
            CREATE FUNCTION refuse_{id.Replace('-', '_')}() RETURNS trigger LANGUAGE plpgsql AS $f$
                BEGIN IF NEW.key = 'plan:{id}' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $f$;
            CREATE TRIGGER refuse_{id.Replace('-', '_')} BEFORE UPDATE ON grain_state FOR EACH ROW EXECUTE FUNCTION refuse_{id.Replace('-', '_')}();
            """);
        var failure = await Assert.ThrowsAsync<InfrastructureException>(() => plan.SetPricing(Dearer));
        Assert.False(failure.OutcomeKnown);
        await Cluster.Database.ExecuteAsync($"DROP TRIGGER refuse_{id.Replace('-', '_')} ON grain_state");

        Assert.Equal(129_000, (await plan.Get()).Value!.Prices.MonthlyIdr);
        await plan.Change(new ChangePlan("Another write", null, null, null));
        await Cluster.Orleans.DeactivateAsync(plan);
        Assert.Equal(129_000, (await plan.Get()).Value!.Prices.MonthlyIdr);
    }

    [Fact]
    public async Task A_record_of_a_newer_release_is_not_touched()
    {
        var (id, plan) = await PlanAsync();
        await Cluster.Orleans.DeactivateAsync(plan);
        await Cluster.Database.ExecuteAsync($"UPDATE grain_state SET payload = jsonb_set(payload, '{{schemaVersion}}', '99') WHERE key = 'plan:{id}'");
        await Assert.ThrowsAnyAsync<Exception>(() => plan.SetPricing(Dearer));
        Assert.Equal("99", await Cluster.Database.ScalarAsync<string>($"SELECT payload->>'schemaVersion' FROM grain_state WHERE key = 'plan:{id}'"));
    }
}
