using System.Globalization;
using Webrana.Contracts.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>What customers read on the rows of their wallet, in the shop's first language: a row is what it was when it was written.</summary>
internal static class Sentences
{
    private static readonly CultureInfo Indonesian = CultureInfo.GetCultureInfo("id-ID");

    public static string Purchase(string name, BillingPeriod period) => $"Pembelian server {name} ({Word(period)})";

    public static string Renewal(string name, int period, DateTimeOffset from, DateTimeOffset until) =>
        $"Perpanjangan server {name}, periode {period} ({Date(from)} – {Date(until)})";

    public static string PlanChange(string name, string planId, DateTimeOffset until) =>
        $"Ubah ukuran server {name} ke paket {planId}, selisih sampai {Date(until)}";

    public static string DeletionRefund(string name, int days) => $"Pengembalian server {name}: {days} hari penuh belum terpakai";

    public static string LossRefund(string name) => $"Pengembalian server {name}: server hilang di penyedia, sisa waktu dikembalikan";

    private static string Word(BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => "harian",
        BillingPeriod.Yearly => "tahunan",
        _ => "bulanan",
    };

    private static string Date(DateTimeOffset time) =>
        time.ToOffset(Domain.Billing.BillingCalendar.Jakarta).ToString("d MMM yyyy", Indonesian);
}
