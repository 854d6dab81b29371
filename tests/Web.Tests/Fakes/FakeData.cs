using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Fakes;

/// <summary>A customer with three servers and some history: what the pages are looked at with.</summary>
static class FakeData
{
    public static void Fill(FakeWorld world)
    {
        var start = FakeWorld.Start;
        world.Regions.AddRange([new Region("sgp1", "Singapura 1", true), new Region("blr1", "Bengaluru 1", true), new Region("fra1", "Frankfurt 1", true), new Region("nyc3", "New York 3", false)]);
        world.Images.AddRange(
        [
            new Image("ubuntu-24-04-x64", "24.04 (LTS) x64", "Ubuntu", 10, true), new Image("ubuntu-22-04-x64", "22.04 (LTS) x64", "Ubuntu", 10, true),
            new Image("debian-13-x64", "13 x64", "Debian", 10, true), new Image("rockylinux-9-x64", "9 x64", "Rocky Linux", 40, true),
        ]);
        AddPlan(world, "basic-1", "Basic 1", "s-1vcpu-1gb", 1, 1024, 25, 1, 5_000, 100_000, 1_000_000, true, 4.50m);
        AddPlan(world, "basic-2", "Basic 2", "s-1vcpu-2gb", 1, 2048, 50, 2, 10_000, 200_000, 2_000_000, true);
        AddPlan(world, "basic-4", "Basic 4", "s-2vcpu-4gb", 2, 4096, 80, 4, 20_000, 400_000, 4_000_000, true);
        // Its month earns next to nothing and its year loses: what an admin has to see.
        AddPlan(world, "pro-8", "Pro 8", "s-4vcpu-8gb", 4, 8192, 160, 5, null, 800_000, 8_000_000, false, 48.00m);
        world.Channels.AddRange(
        [
            new PaymentChannel("BRIVA", "BRI Virtual Account", "Virtual Account", 4_250, 10_000, 50_000_000, true),
            new PaymentChannel("BCAVA", "BCA Virtual Account", "Virtual Account", 5_500, 10_000, 50_000_000, true),
            new PaymentChannel("MANDIRIVA", "Mandiri Virtual Account", "Virtual Account", 4_250, 10_000, 50_000_000, false),
            new PaymentChannel("QRIS", "QRIS", "E-Wallet", 1_450, 1_000, 5_000_000, true),
            new PaymentChannel("OVO", "OVO", "E-Wallet", 3_000, 1_000, 150_000, true),
            new PaymentChannel("ALFAMART", "Alfamart", "Convenience Store", 3_500, 10_000, 2_500_000, true),
        ]);
        world.Wallet = new Wallet("wallet-1", FakeWorld.UserId, 350_000, 0, 350_000, 25_000, "IDR", start.AddDays(-40), start);
        world.Instances.AddRange(
        [
            Server("i-web-01", "web-01", InstanceStatus.Running, "165.22.123.45", start.AddDays(14), 100_000, 1),
            Server("i-db-01", "db-01", InstanceStatus.Off, "165.22.130.9", start.AddDays(20), 400_000, 4),
            Server("i-worker", "worker-antrean", InstanceStatus.Provisioning, null, null, 100_000, 1) with { CreatedAt = start.AddSeconds(-20) },
        ]);
        world.Runway = new Runway(
            start, start.AddDays(90), 350_000, start.AddDays(20), 1_150_000, 150_000,
            [
                new RunwayStep(start.AddDays(14), RunwayEvent.Renewed, "i-web-01", "web-01", 100_000, 250_000),
                new RunwayStep(start.AddDays(20), RunwayEvent.NotPaid, "i-db-01", "db-01", 400_000, 250_000),
                new RunwayStep(start.AddDays(22), RunwayEvent.Suspended, "i-db-01", "db-01", 0, 250_000),
                new RunwayStep(start.AddDays(31), RunwayEvent.BonusExpired, null, null, 25_000, 225_000),
                new RunwayStep(start.AddDays(36), RunwayEvent.Terminated, "i-db-01", "db-01", 0, 225_000),
                new RunwayStep(start.AddDays(45), RunwayEvent.Renewed, "i-web-01", "web-01", 100_000, 125_000),
                new RunwayStep(start.AddDays(76), RunwayEvent.Renewed, "i-web-01", "web-01", 100_000, 25_000),
            ]);
        world.Activity.AddRange(
        [
            new InstanceAction("a-3", InstanceActionType.Reboot, ActionStatus.Completed, start.AddMinutes(-90), start.AddMinutes(-90).AddSeconds(21), "customer", null),
            new InstanceAction("a-2", InstanceActionType.PowerOff, ActionStatus.Errored, start.AddDays(-3), start.AddDays(-3).AddSeconds(9), "customer", "Droplet is already powered off."),
            new InstanceAction("a-1", InstanceActionType.Create, ActionStatus.Completed, start.AddDays(-16), start.AddDays(-16).AddSeconds(48), "system", null),
        ]);
        Book(world, 265_000, ReferenceType.Deposit, "Isi saldo lewat BRI Virtual Account", -40);
        Book(world, 25_000, ReferenceType.Promo, "Bonus selamat datang", -40);
        Book(world, -100_000, ReferenceType.VpsPayment, "web-01, bulanan", -16);
        Book(world, 310_000, ReferenceType.Deposit, "Isi saldo lewat QRIS", -12);
        Book(world, -100_000, ReferenceType.Renewal, "web-01, 15 Nov – 15 Des 2026", -1);
        Book(world, -50_000, ReferenceType.Adjustment, "Koreksi isi saldo ganda", 0);
        world.Deposits.AddRange(
        [
            Deposit("d-va", 200_000, "BRIVA", 4_250, DepositStatus.Pending, "128 0012 3456 7890".Replace(" ", "", StringComparison.Ordinal), null),
            Deposit("d-qr", 100_000, "QRIS", 1_450, DepositStatus.Pending, null, "00020101021226670016COM.NOBUBANK.WWW01189360050300000898240214545454545454540303UMI51440014ID.CO.QRIS.WWW0215ID20200176114730303UMI5204541153033605406101450"),
            Deposit("d-paid", 310_000, "QRIS", 3_000, DepositStatus.Paid, null, null) with { PaidAt = start.AddDays(-12), CreatedAt = start.AddDays(-12) },
            Deposit("d-held", 500_000, "BRIVA", 4_250, DepositStatus.Pending, "128001234567899", null) with { BonusAmount = 75_000, TotalCredit = 575_000, ExpiresAt = start.AddHours(24), Promo = Bonus(75_000, DepositPromoStatus.Held) },
            Deposit("d-late-bonus", 500_000, "BRIVA", 4_250, DepositStatus.Pending, "128001234567898", null) with { BonusAmount = 75_000, TotalCredit = 575_000, ExpiresAt = start.AddHours(22), Promo = Bonus(75_000, DepositPromoStatus.IfLeft) },
            Deposit("d-given", 500_000, "BRIVA", 4_250, DepositStatus.Paid, null, null) with { BonusAmount = 75_000, TotalCredit = 575_000, PaidAt = start, Promo = Bonus(75_000, DepositPromoStatus.Given) },
            Deposit("d-late", 50_000, "ALFAMART", 3_500, DepositStatus.Expired, "884412345", null) with { CreatedAt = start.AddDays(-20) },
        ]);
        world.Users.AddRange(
        [
            new AdminUser(FakeWorld.UserId, "sari@example.com", "Sari Wulandari", "+62812000111", ["customer"], "id", true, null, start.AddDays(-40), 350_000, 3),
            new AdminUser("0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b02", "budi@example.com", "Budi Santoso", null, ["customer"], "id", false, null, start.AddDays(-2), 0, 0),
            new AdminUser("0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b03", "admin@example.com", "Admin", null, ["admin", "customer"], "en", true, start.AddMinutes(5), start.AddDays(-90), 0, 0),
        ]);
    }

    static void AddPlan(
        FakeWorld world, string id, string name, string size, int cpus, int memory, int disk, int transfer, long? daily, long monthly, long yearly, bool everywhere, decimal? costUsd = null)
    {
        IReadOnlyList<string> regions = everywhere ? ["sgp1", "blr1", "fra1"] : ["fra1"];
        world.Plans.Add(new Plan(id, name, cpus, memory, disk, transfer, null, daily, monthly, yearly, daily is not null, true, true, regions));
        var cost = (long?)(costUsd * FakeBilling.UsdRateIdr);
        var margin = monthly - cost;
        world.AdminPlans.Add(new AdminPlan(
            id, name, size, cpus, memory, disk, transfer, null, daily, monthly, yearly, daily is not null, true, true, regions, !everywhere, false, 0, 1,
            costUsd, cost, margin, (int?)(margin * 100 / monthly)));
    }

    static Instance Server(string id, string name, InstanceStatus status, string? ip, DateTimeOffset? renews, long price, int memoryGb) =>
        new(id, name, status, ip, ip is null ? null : "2400:6180:0:d0::1a2b:c001", "sgp1", "ubuntu-24-04-x64", "basic-" + memoryGb, memoryGb > 2 ? 2 : 1, memoryGb * 1024,
            memoryGb > 2 ? 80 : 25, memoryGb, BillingPeriod.Monthly, price, renews, true, null, [], FakeWorld.Start.AddDays(-16));

    static Deposit Deposit(string id, long amount, string channel, long fee, DepositStatus status, string? code, string? qr) =>
        new(id, FakeWorld.UserId, "WBR-" + id.ToUpperInvariant() + "-7K2M", amount, 0, amount, status, channel, "T2941" + id.ToUpperInvariant(), code, qr, "http://127.0.0.1:1/checkout/" + id, fee,
            amount + fee, FakeWorld.Start.AddHours(1), null, FakeWorld.Start.AddMinutes(-1), FakeWorld.Start,
            [
                new PaymentInstruction("Internet Banking", ["Masuk ke internet banking Anda.", "Pilih menu pembayaran virtual account.", "Masukkan kode bayar, periksa nominalnya, lalu konfirmasi."]),
                new PaymentInstruction("ATM", ["Masukkan kartu dan PIN.", "Pilih Transaksi Lain, Pembayaran, Virtual Account.", "Masukkan kode bayar dan ikuti petunjuk di layar."]),
            ]);

    static DepositPromo Bonus(long amount, DepositPromoStatus status) =>
        new("akhir-pekan", "Bonus akhir pekan", amount, true, 90, status, FakeWorld.Start.AddHours(status == DepositPromoStatus.IfLeft ? -1 : 1));

    static void Book(FakeWorld world, long amount, ReferenceType type, string description, int days)
    {
        var before = world.Transactions.Count == 0 ? 0 : world.Transactions[0].BalanceAfter;
        world.Transactions.Insert(0, new Transaction(
            $"t-{world.Transactions.Count + 1}", "wallet-1", amount > 0 ? TransactionType.Credit : TransactionType.Debit, amount, before, before + amount, type,
            type == ReferenceType.Deposit ? "d-paid" : "i-web-01", description, FakeWorld.Start.AddDays(days).AddHours(days == 0 ? -2 : 4)));
    }
}
