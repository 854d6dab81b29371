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
    public static IReadOnlyDictionary<string, PromoDefinition> Demo(DateTimeOffset now) => new Dictionary<string, PromoDefinition>
    {
        ["welcome25"] = new()
        {
            Name = "Welcome Bonus", Code = "WELCOME25", Type = PromoType.NewUserBonus, ValueType = PromoValueType.Fixed, Value = 25_000,
            MinDepositIdr = 50_000, ForNewUsersOnly = true, BonusExpiryDays = 90,
        },
        ["deposit10"] = new()
        {
            Name = "Deposit 10%", Code = "DEPOSIT10", Type = PromoType.DepositBonus, ValueType = PromoValueType.Percentage, Value = 10,
            MaxDiscountIdr = 50_000, MinDepositIdr = 100_000, BonusExpiryDays = 90,
        },
        ["akhirtahun5"] = new()
        {
            Name = "Year End Cashback", Code = "AKHIRTAHUN5", Type = PromoType.DepositCashback, ValueType = PromoValueType.Percentage, Value = 5,
            MaxDiscountIdr = 100_000, MinDepositIdr = 100_000, MaxUsageTotal = 1_000, StartsAt = now.AddDays(30), EndsAt = now.AddDays(61),
        },
    };

    /// <inheritdoc/>
    public async Task Execute(CancellationToken cancellationToken)
    {
        if (!configuration.GetValue<bool>("Seed:Demo")) return;
        foreach (var (promoId, promo) in Demo(time.GetUtcNow()))
            await SeedPatience.SeedAsync(() => Seed(promoId, promo), cancellationToken);
    }

    private async Task Seed(string promoId, PromoDefinition promo)
    {
        var grain = grains.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId));
        if ((await grain.Get()).IsOk) return;
        var defined = await grain.Create(new CreatePromo(promo, "system:seed"));
        LogSeeded(log, promoId, defined.Error?.ToString() ?? "defined");
    }

    [LoggerMessage(1, LogLevel.Information, "Demo promo {PromoId}: {Outcome}")]
    static partial void LogSeeded(ILogger logger, string promoId, string outcome);
}
