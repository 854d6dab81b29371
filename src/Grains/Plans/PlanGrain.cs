using Webrana.Contracts;
using Webrana.Contracts.Plans;
using Webrana.Grains.Common;

namespace Webrana.Grains.Plans;

/// <summary>One sellable plan. Changing a price never touches a running subscription: orders copy the price they were given.</summary>
[GrainType("plan")]
public sealed class PlanGrain : Grain, IPlanGrain
{
    private readonly DurableState<PlanState> _state;
    private readonly TimeProvider _clock;

    public PlanGrain([PersistentState(StateNames.Plan, StorageNames.State)] IPersistentState<PlanState> state, TimeProvider clock)
    {
        _state = new DurableState<PlanState>(state, this);
        _clock = clock;
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public Task<Result<PlanView, PlanError>> Get() => Task.FromResult(Current());

    /// <inheritdoc/>
    public async Task<Result<PlanView, PlanError>> Create(DefinePlan command)
    {
        var slug = GrainKeys.Suffix(this.GetPrimaryKeyString(), "plan");
        if (PlanRules.Check(slug, command) is { } refused)
            return refused;
        var next = new PlanState
        {
            PlanId = slug,
            Name = command.Name,
            ProviderSize = command.ProviderSize,
            Vcpus = command.Vcpus,
            MemoryMb = command.MemoryMb,
            DiskGb = command.DiskGb,
            TransferTb = command.TransferTb,
            Regions = command.Regions,
            Hidden = command.Hidden,
            SortOrder = command.SortOrder,
            CreatedAt = Now,
        }.WithPrices(command.Prices, Now);
        if (!_state.Exists)
            await _state.Update(_ => next);
        // Asked again with the same definition (a seed, a retry) it answers the same.
        return IsSame(_state.Value, next) ? Current() : PlanError.AlreadyExists;
    }

    /// <inheritdoc/>
    public Task<Result<PlanView, PlanError>> SetPricing(SetPricing command) => Change(plan =>
    {
        var old = plan.Prices[^1].ToPrices();
        var prices = new PlanPrices(
            command.HourlyIdr ?? old.HourlyIdr,
            command.DailyIdr ?? old.DailyIdr,
            command.MonthlyIdr ?? old.MonthlyIdr,
            command.YearlyIdr ?? old.YearlyIdr,
            command.AllowDaily ?? old.AllowDaily,
            command.AllowMonthly ?? old.AllowMonthly,
            command.AllowYearly ?? old.AllowYearly);
        return PlanRules.Check(prices) is { } refused
            ? (null, refused)
            : (prices == old ? plan : plan.WithPrices(prices, Now), null);
    });

    /// <inheritdoc/>
    public Task<Result<PlanView, PlanError>> Change(ChangePlan command) => Change(plan =>
    {
        var next = plan with
        {
            Name = command.Name ?? plan.Name,
            Regions = command.Regions ?? plan.Regions,
            Hidden = command.Hidden ?? plan.Hidden,
            SortOrder = command.SortOrder ?? plan.SortOrder,
        };
        return PlanRules.Check(next.Name, next.Regions) is { } refused ? (null, refused) : (next, null);
    });

    /// <inheritdoc/>
    public Task<Result<PlanView, PlanError>> Retire() => Change(plan => (plan.Retired ? plan : plan with { Retired = true }, null));

    private async Task<Result<PlanView, PlanError>> Change(Func<PlanState, (PlanState? Next, PlanError? Refused)> decide)
    {
        if (!_state.Exists)
            return PlanError.NotFound;
        var (next, refused) = decide(_state.Value);
        if (refused is { } error)
            return error;
        await _state.Update(_ => next);
        return Current();
    }

    private Result<PlanView, PlanError> Current() => _state.Exists ? _state.Value.View() : PlanError.NotFound;

    private static bool IsSame(PlanState stored, PlanState wanted) =>
        stored.Name == wanted.Name && stored.ProviderSize == wanted.ProviderSize && stored.Vcpus == wanted.Vcpus
        && stored.MemoryMb == wanted.MemoryMb && stored.DiskGb == wanted.DiskGb && stored.TransferTb == wanted.TransferTb
        && stored.Prices[0].ToPrices() == wanted.Prices[0].ToPrices() && stored.Regions.SequenceEqual(wanted.Regions);
}
