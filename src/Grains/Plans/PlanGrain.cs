using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Billing;
using Webrana.Data.Faults;
using Webrana.Grains.Common;

namespace Webrana.Grains.Plans;

/// <summary>
/// One sellable plan. Changing a price never touches a running subscription by itself: orders copy the price they were given, and move to
/// another one only at a date that each of them was told of.
/// </summary>
[GrainType("plan")]
public sealed class PlanGrain : Grain, IPlanGrain
{
    private readonly DurableState<PlanState> _state;
    private const int Page = 100;

    private readonly TimeProvider _clock;
    private readonly PlanStock _stock;
    private readonly FailPoints _failPoints;

    public PlanGrain(
        [PersistentState(StateNames.Plan, StorageNames.State)] IPersistentState<PlanState> state, TimeProvider clock, PlanStock stock, FailPoints failPoints)
    {
        _state = new DurableState<PlanState>(state, this);
        (_clock, _stock, _failPoints) = (clock, stock, failPoints);
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
            ProviderCostUsdCents = command.ProviderCostUsdCents,
            StockLimit = command.StockLimit,
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
        if (PlanRules.Check(prices) is { } refused)
            return (null, refused);
        var movesAt = command.MovesAt?.ToUnixTimeMilliseconds();
        if (prices == old && (movesAt is null || movesAt == plan.Prices[^1].MovesAt))
            return (plan, null);
        return movesAt is { } at && at < Now + (long)PlanRules.PriceNotice.TotalMilliseconds
            ? (null, PlanError.NoticeTooShort)
            : (plan.WithPrices(prices, Now, movesAt), null);
    });

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake()
    {
        if (_state.Value.Announcing is not { } announcing || announcing.DueAt > Now)
            return WakeOutcome.Settled;
        if (_state.Value.Prices.FirstOrDefault(price => price.Version == announcing.Version) is { MovesAt: { } from } price)
        {
            var servers = await _stock.PageAsync(_state.Value.PlanId, announcing.After, Page);
            var told = new AnnouncedPrice(price.Version, DateTimeOffset.FromUnixTimeMilliseconds(from), price.DailyIdr, price.MonthlyIdr, price.YearlyIdr, _state.Value.PlanId);
            await Task.WhenAll(servers.Select(server => GrainFactory.GetGrain<IDropletBillingGrain>(GrainKeys.Droplet(new InstanceId(server))).PriceAnnounced(told)));
            await _failPoints.Hit("price.page_told", this.GetPrimaryKeyString());
            if (servers.Count == Page)
            {
                await _state.Update(plan => plan.Announcing == announcing ? plan with { Announcing = announcing with { After = servers[^1] } } : null);
                return WakeOutcome.MoreDue;
            }
        }

        await _state.Update(plan => plan.Announcing == announcing ? plan with { Announcing = null } : null);
        return WakeOutcome.Settled;
    }

    /// <inheritdoc/>
    public Task<Result<PlanView, PlanError>> Change(ChangePlan command) => Change(plan =>
    {
        var next = plan with
        {
            Name = command.Name ?? plan.Name,
            Regions = command.Regions ?? plan.Regions,
            Hidden = command.Hidden ?? plan.Hidden,
            SortOrder = command.SortOrder ?? plan.SortOrder,
            ProviderCostUsdCents = command.ProviderCostUsdCents is { } cost ? (cost < 0 ? null : cost) : plan.ProviderCostUsdCents,
            StockLimit = command.StockLimit is { } stock ? (stock < 0 ? null : stock) : plan.StockLimit,
        };
        return (PlanRules.Check(next.Name, next.Regions) ?? PlanRules.Check(next.ProviderCostUsdCents, next.StockLimit)) is { } refused ? (null, refused) : (next, null);
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
