using Webrana.Wire.Admin;
using Webrana.Wire.Shop;

namespace Webrana.Web.Tests.Fakes;

sealed partial class FakeWorld
{
    public Dictionary<ShopSwitchName, ShopSwitchState> Stops { get; } = [];

    public MaintenanceState Maintenance { get; set; } = new(null, null, null, null, null, null, null);

    public bool AuditBroken { get; set; }

    public long Unpaid { get; set; } = 4;

    /// <summary>The API answers of what it has in rows alone.</summary>
    public bool SilosAway { get; set; }

    public List<MoneyRequest> MoneyRequests { get; } =
    [
        new("q-1", MoneyRequestKind.Adjustment, UserId, "sari@example.com", 2_500_000, null, "Dobel bayar November", MoneyRequestStatus.Pending, "finance@example.com", Start.AddHours(-2), null, null, null, null, false),
        new("q-2", MoneyRequestKind.Payout, UserId, "sari@example.com", 150_000, "BCA 0098812", "Berhenti berlangganan", MoneyRequestStatus.Done, "finance@example.com", Start.AddDays(-1), "admin@example.com", Start.AddHours(-20), "Cocok", null, false),
    ];

    /// <summary>Server id → what its owner was told about its suspension.</summary>
    public Dictionary<string, string> Blocked { get; } = [];

    public List<StuckOrder> StuckOrders { get; } =
    [
        new("i-late", UserId, "sari@example.com", "toko-lama", OrderTrouble.Late, "basic-1", "sgp1", Wire.Plans.BillingPeriod.Monthly, 129_000, 129_000, Start.AddMinutes(-14), Start.AddMinutes(6), null, null, "utama", false, false, null),
        new("i-failed", UserId, "sari@example.com", "toko-gagal", OrderTrouble.Failed, "basic-1", "sgp1", Wire.Plans.BillingPeriod.Monthly, 129_000, 0, Start.AddHours(-2), null, "no_capacity", null, "utama", false, false, null),
        new("i-script", UserId, "sari@example.com", "toko-skrip", OrderTrouble.Failed, "basic-1", "sgp1", Wire.Plans.BillingPeriod.Monthly, 129_000, 0, Start.AddHours(-3), null, "timed_out", null, "utama", false, true, null),
    ];

    public List<PaymentCase> PaymentCases { get; } =
    [
        new("c-1", PaymentCaseKind.WrongAmount, "T0001X9", "WBR-0192F0C47A107B3E9D553F1E6F2A9B01-D", "d-va", UserId, "sari@example.com", 200_000, 190_000, null, Start.AddHours(-3), "OPEN", null, null, null, null, null, null),
        new("c-2", PaymentCaseKind.Unmatched, "T0001Z1", null, null, null, null, null, 75_000, null, Start.AddHours(-5), "OPEN", null, null, null, null, null, null),
    ];
}
