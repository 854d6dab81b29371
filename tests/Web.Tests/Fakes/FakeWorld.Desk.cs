using Webrana.Wire.Admin;
using Webrana.Wire.Shop;

namespace Webrana.Web.Tests.Fakes;

sealed partial class FakeWorld
{
    public Dictionary<ShopSwitchName, ShopSwitchState> Stops { get; } = [];

    public bool AuditBroken { get; set; }

    public List<MoneyRequest> MoneyRequests { get; } =
    [
        new("q-1", MoneyRequestKind.Adjustment, UserId, "sari@example.com", 2_500_000, null, "Dobel bayar November", MoneyRequestStatus.Pending, "finance@example.com", Start.AddHours(-2), null, null, null, null, false),
        new("q-2", MoneyRequestKind.Payout, UserId, "sari@example.com", 150_000, "BCA 0098812", "Berhenti berlangganan", MoneyRequestStatus.Done, "finance@example.com", Start.AddDays(-1), "admin@example.com", Start.AddHours(-20), "Cocok", null, false),
    ];

    public List<PaymentCase> PaymentCases { get; } =
    [
        new("c-1", PaymentCaseKind.WrongAmount, "T0001X9", "WBR-0192F0C47A107B3E9D553F1E6F2A9B01-D", "d-va", UserId, "sari@example.com", 200_000, 190_000, null, Start.AddHours(-3), "OPEN", null, null, null, null, null, null),
        new("c-2", PaymentCaseKind.Unmatched, "T0001Z1", null, null, null, null, null, 75_000, null, Start.AddHours(-5), "OPEN", null, null, null, null, null, null),
    ];
}
