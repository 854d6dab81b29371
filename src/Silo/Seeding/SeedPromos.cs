using Webrana.Contracts;
using Webrana.Contracts.Promos;

namespace Webrana.Silo.Seeding;

/// <summary>
/// Puts the demo's promos into an empty sandbox: two that are on and one that starts in a month. All have codes, so that a customer who
/// types none is credited exactly what was paid for.
/// </summary>
public sealed partial class SeedPromos(IGrainFactory grains, IConfiguration configuration, TimeProvider time, ILogger<SeedPromos> log) : IStartupTask
{
    /// <summary>The demo's promos by id.</summary>
    public static IReadOnlyDictionary<string, DefinePromo> Demo(DateTimeOffset now) => new Dictionary<string, DefinePromo>
    {
        ["welcome25"] = new("Welcome Bonus", "WELCOME25", PromoType.NewUserBonus, PromoValueType.Fixed, 25_000,
            MaxDiscountIdr: null, MinDepositIdr: 50_000, MaxUsageTotal: null, MaxUsagePerUser: 1, IsActive: true,
            StartsAt: null, EndsAt: null, ForNewUsersOnly: true, LotDays: 90),
        ["deposit10"] = new("Deposit 10%", "DEPOSIT10", PromoType.DepositBonus, PromoValueType.Percentage, 10,
            MaxDiscountIdr: 50_000, MinDepositIdr: 100_000, MaxUsageTotal: null, MaxUsagePerUser: 1, IsActive: true,
            StartsAt: null, EndsAt: null, ForNewUsersOnly: false, LotDays: 90),
        ["akhirtahun5"] = new("Year End Cashback", "AKHIRTAHUN5", PromoType.DepositCashback, PromoValueType.Percentage, 5,
            MaxDiscountIdr: 100_000, MinDepositIdr: 100_000, MaxUsageTotal: 1_000, MaxUsagePerUser: 1, IsActive: true,
            StartsAt: now.AddDays(30), EndsAt: now.AddDays(61), ForNewUsersOnly: false, LotDays: null),
    };

    /// <inheritdoc/>
    public async Task Execute(CancellationToken cancellationToken)
    {
        if (!configuration.GetValue<bool>("Seed:Demo")) return;
        foreach (var (promoId, promo) in Demo(time.GetUtcNow()))
        {
            var grain = grains.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId));
            if ((await grain.Get()).IsOk) continue;
            var defined = await grain.Define(promo);
            LogSeeded(log, promoId, defined.Error?.ToString() ?? "defined");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Demo promo {PromoId}: {Outcome}")]
    static partial void LogSeeded(ILogger logger, string promoId, string outcome);
}
