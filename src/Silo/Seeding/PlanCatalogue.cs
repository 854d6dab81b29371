using Webrana.Contracts.Plans;

namespace Webrana.Silo.Seeding;

/// <summary>
/// The demo's price list. The provider's dollar at about Rp 16.600 with a third on top for tax, gateway and us; a year costs ten months,
/// a day a twentieth of a month.
/// </summary>
public static class PlanCatalogue
{
    private static readonly string[] Regions = ["sgp1", "blr1", "syd1", "fra1", "ams3", "lon1", "nyc3", "sfo3"];

    /// <summary>Slug and definition, cheapest first.</summary>
    public static IReadOnlyList<(string PlanId, DefinePlan Plan)> Demo { get; } =
    [
        ("basic-1", Plan(1, "Basic 1 GB", "s-1vcpu-1gb", 1, 1024, 25, 1, 129_000)),
        ("premium-1", Plan(2, "Premium 1 GB", "s-1vcpu-1gb-intel", 1, 1024, 25, 1, 149_000)),
        ("basic-2", Plan(3, "Basic 2 GB", "s-1vcpu-2gb", 1, 2048, 50, 2, 259_000)),
        ("basic-3", Plan(4, "Basic 2 GB · 2 vCPU", "s-2vcpu-2gb", 2, 2048, 60, 3, 389_000)),
        ("basic-4", Plan(5, "Basic 4 GB", "s-2vcpu-4gb", 2, 4096, 80, 4, 519_000)),
        ("premium-4", Plan(6, "Premium 4 GB", "s-2vcpu-4gb-intel", 2, 4096, 80, 4, 609_000)),
        ("basic-5", Plan(7, "Basic 8 GB", "s-4vcpu-8gb", 4, 8192, 160, 5, 1_049_000)),
    ];

    // What the provider takes is known where the demo's dollar and its third on top lead back to a whole dollar.
    private static int CostUsdCents(long monthlyIdr) => (int)Math.Round(monthlyIdr / 16_600m / 1.3m) * 100;

    private static DefinePlan Plan(int order, string name, string size, int vcpus, int memoryMb, int diskGb, int transferTb, long monthlyIdr) => new(
        name, size, vcpus, memoryMb, diskGb, transferTb,
        new PlanPrices(
            HourlyIdr: Rounded(monthlyIdr / 480, 10),
            DailyIdr: Rounded(monthlyIdr / 20, 500),
            MonthlyIdr: monthlyIdr,
            YearlyIdr: monthlyIdr * 10,
            AllowDaily: true, AllowMonthly: true, AllowYearly: true),
        Regions, Hidden: false, order, CostUsdCents(monthlyIdr));

    private static long Rounded(long amountIdr, long step) => (amountIdr + step - 1) / step * step;
}
