using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Limits;

namespace Webrana.Grains.Limits;

/// <summary>Answers what a customer may have, by the same rule that orders are judged by.</summary>
[GrainType("limits"), StatelessWorker(1)]
public sealed class LimitsGrain(LimitDesk desk) : Grain, ILimitsGrain
{
    /// <inheritdoc/>
    public async Task<LimitsView> Get()
    {
        var (limits, facts, next) = await desk.ReadAsync(new UserId(GrainKeys.Guid(this.GetPrimaryKeyString(), "limits")));
        return new LimitsView(
            limits.Servers, facts.Use.Servers, limits.Vcpus, limits.SpendPerDayIdr, facts.Use.SpentIdr, facts.History.PaidIdr, facts.History.FirstPaidAt,
            next is null ? null : new NextStep(next.Limits.Servers, next.Limits.Vcpus, next.Limits.SpendPerDayIdr, next.MissingPaidIdr, next.MissingDays));
    }
}
