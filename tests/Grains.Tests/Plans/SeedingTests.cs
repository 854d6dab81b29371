using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using Webrana.Contracts;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Promos;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Silo.Seeding;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Plans;

/// <summary>Both silos of a fresh sandbox seed at once, in a cluster that is still finding itself.</summary>
public sealed class SeedingTests : IAsyncLifetime
{
    readonly IConfiguration _demo = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Seed:Demo"] = "true" }).Build();
    readonly Failures _failures = new();
    WebranaCluster? _cluster;

    WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await WebranaCluster.StartAsync(configure: silo => silo.AddIncomingGrainCallFilter(_failures));

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task A_seed_that_the_cluster_refuses_is_asked_for_again_and_the_silo_starts()
    {
        _failures.Next = name => name == nameof(IPlanGrain.Create) ? new InfrastructureException("Its record was written by another one.", outcomeKnown: false) : new InconsistentStateException();

        await new SeedPlans(Cluster.Grains, _demo, NullLogger<SeedPlans>.Instance).Execute(TestContext.Current.CancellationToken);
        await new SeedPromos(Cluster.Grains, _demo, Cluster.Clock, NullLogger<SeedPromos>.Instance).Execute(TestContext.Current.CancellationToken);

        Assert.All(PlanCatalogue.Demo, demo => Assert.Contains($"{GrainKeys.Plan(demo.PlanId)} Create", _failures.Failed));
        foreach (var (id, _) in PlanCatalogue.Demo)
            Assert.True((await Cluster.Plan(id).Get()).IsOk);
        foreach (var id in SeedPromos.Demo(Cluster.Clock.GetUtcNow()).Keys)
            Assert.True((await Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id)).Get()).IsOk);
    }

    [Fact]
    public async Task What_is_wrong_with_a_seed_itself_ends_the_start_at_once()
    {
        _failures.Next = _ => new ArgumentException("No such region.");

        await Assert.ThrowsAsync<ArgumentException>(
            () => new SeedPlans(Cluster.Grains, _demo, NullLogger<SeedPlans>.Instance).Execute(TestContext.Current.CancellationToken));
        Assert.Single(_failures.Failed);
    }

    /// <summary>Fails the first call of each grain's method.</summary>
    sealed class Failures : IIncomingGrainCallFilter
    {
        readonly ConcurrentDictionary<string, bool> _failed = new();

        public Func<string, Exception>? Next { get; set; }

        public ICollection<string> Failed => _failed.Keys;

        public Task Invoke(IIncomingGrainCallContext context) =>
            context.Grain is IPlanGrain or IPromoGrain && Next is { } next && _failed.TryAdd($"{context.TargetId.Key} {context.MethodName}", true)
                ? Task.FromException(next(context.MethodName))
                : context.Invoke();
    }
}
