using Polly;
using Polly.Retry;
using Webrana.Contracts;

namespace Webrana.Silo.Seeding;

/// <summary>
/// Seeds again what could not be seeded now. The silos of a fresh sandbox start and seed together, while the cluster is still finding itself: for a
/// moment a grain can live on both of them, and the one that writes second is refused. A refusal would end its silo's start; asked again,
/// both mean the same grain.
/// </summary>
internal static class SeedPatience
{
    private static readonly ResiliencePipeline Retry = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<InfrastructureException>().Handle<OrleansException>().Handle<TimeoutException>(),
            MaxRetryAttempts = 40,
            Delay = TimeSpan.FromMilliseconds(250),
            UseJitter = true,
        })
        .Build();

    /// <summary>Does it, again where the cluster failed it; what is wrong with the seed itself is thrown at once.</summary>
    public static async Task SeedAsync(Func<Task> seed, CancellationToken cancellation) => await Retry.ExecuteAsync(async _ => await seed(), cancellation);
}
