using System.Globalization;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Data.Limits;
using Webrana.Domain.Limits;

namespace Webrana.Grains.Limits;

/// <summary>
/// Whether a customer may have more. Asked twice: <see cref="JudgeAsync"/> before anything is stored, so that a refusal costs nothing, and
/// <see cref="TakeAsync"/> where it counts and two orders at once cannot both be the last one.
/// </summary>
public sealed class LimitDesk(CustomerLimitRows rows, IOptions<LimitOptions> options, TimeProvider clock)
{
    private readonly IReadOnlyList<LimitTier> _ladder = options.Value.Ladder();

    /// <summary>The ladder of the settings.</summary>
    public IReadOnlyList<LimitTier> Ladder => _ladder;

    /// <summary>What is in the way as things stand; null for nothing.</summary>
    public async Task<LimitBreach?> JudgeAsync(UserId owner, LimitAsk ask)
    {
        var now = clock.GetUtcNow();
        var facts = await rows.ReadAsync(owner.Value, now);
        return CustomerLimitRules.Breach(LimitsOf(facts, now), facts.Use, ask);
    }

    /// <summary>Takes a place for a new server (null: none) and notes what is spent; or says what is in the way, and nothing is taken.</summary>
    /// <param name="operation">The intent; twice is once.</param>
    public async Task<LimitBreach?> TakeAsync(UserId owner, string operation, InstanceId? server, long amountIdr)
    {
        var now = clock.GetUtcNow();
        var facts = await rows.ReadAsync(owner.Value, now);
        var limits = LimitsOf(facts, now);
        return await rows.TakeAsync(owner.Value, operation, server?.Value, amountIdr, limits, now) switch
        {
            LimitKind.Servers => new LimitBreach(LimitKind.Servers, limits.Servers, Math.Max(limits.Servers, facts.Use.Servers) + 1L),
            LimitKind.SpendPerDay => new LimitBreach(LimitKind.SpendPerDay, limits.SpendPerDayIdr, facts.Use.SpentIdr + amountIdr),
            _ => null,
        };
    }

    /// <summary>Nothing was spent after all.</summary>
    public Task GiveBackAsync(string operation) => rows.GiveBackAsync(operation);

    /// <summary>A server is gone: its place is free.</summary>
    public Task LeaveAsync(InstanceId server, CancellationToken cancellation = default) => rows.LeaveAsync(server.Value, cancellation);

    /// <summary>Everything about one customer, as of now.</summary>
    public async Task<(CustomerLimits Limits, LimitFacts Facts, NextLimits? Next)> ReadAsync(UserId owner)
    {
        var now = clock.GetUtcNow();
        var facts = await rows.ReadAsync(owner.Value, now);
        return (LimitsOf(facts, now), facts, CustomerLimitRules.Next(_ladder, facts.History, now));
    }

    /// <summary>A breach as the detail of a refusal: which, what is allowed, what it would come to.</summary>
    public static string Detail(LimitBreach breach) => string.Create(CultureInfo.InvariantCulture, $"{breach.Kind}:{breach.Allowed}:{breach.WouldBe}");

    private CustomerLimits LimitsOf(LimitFacts facts, DateTimeOffset now) => CustomerLimitRules.Of(_ladder, facts.History, facts.ByHand, now);
}
