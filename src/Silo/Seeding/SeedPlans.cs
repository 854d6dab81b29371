using Webrana.Contracts;
using Webrana.Contracts.Plans;

namespace Webrana.Silo.Seeding;

/// <summary>Puts the demo's price list into an empty sandbox. A plan that exists, changed or not, is left as it is.</summary>
public sealed partial class SeedPlans(IGrainFactory grains, IConfiguration configuration, ILogger<SeedPlans> log) : IStartupTask
{
    /// <inheritdoc/>
    public async Task Execute(CancellationToken cancellationToken)
    {
        if (!configuration.GetValue<bool>("Seed:Demo"))
            return;
        foreach (var (planId, plan) in PlanCatalogue.Demo)
            await SeedPatience.SeedAsync(() => Seed(planId, plan), cancellationToken);
    }

    private async Task Seed(string planId, DefinePlan plan)
    {
        var grain = grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId));
        if ((await grain.Get()).IsOk)
            return;
        var created = await grain.Create(plan);
        LogSeeded(log, planId, created.Error?.ToString() ?? "created");
    }

    [LoggerMessage(1, LogLevel.Information, "Demo plan {PlanId}: {Outcome}")]
    private static partial void LogSeeded(ILogger logger, string planId, string outcome);
}
