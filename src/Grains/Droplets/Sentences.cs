using System.Globalization;
using Webrana.Contracts.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>What customers read in their wallet, activity and mails, in the shop's first language.</summary>
internal static class Sentences
{
    public const string NoCapacity = "Penyedia sedang tidak punya kapasitas untuk paket ini di region tersebut.";
    public const string Refused = "Penyedia menolak pesanan ini.";
    public const string TimedOut = "Server tidak selesai dibuat tepat waktu.";
    public const string NotBuilt = "Penyedia gagal membuat server.";
    public const string NotConfirmed = "Penyedia tidak mengonfirmasi pembuatan server.";
    public const string HoldLost = "Dana untuk pesanan ini tidak lagi tersedia.";
    public const string Cancelled = "Pesanan dibatalkan.";
    public const string DeletedMeanwhile = "Server dihapus.";
    public const string Busy = "Server terlalu lama sibuk dengan proses lain. Coba lagi.";
    public const string ActionFailed = "Penyedia melaporkan kegagalan.";
    public const string Vanished = "Server tidak ditemukan di penyedia.";
    public const string GuestIgnored = "Sistem operasi belum mati. Gunakan matikan paksa bila perlu.";
    public const string PasswordReady = "Kata sandi baru siap ditampilkan sekali di halaman server.";
    public const string PasswordMailedToUs =
        "Server tidak dapat dimasuki lewat SSH, jadi penyedia yang mengatur ulang kata sandinya. Penyedia mengirimkannya ke kami, bukan ke Anda: hubungi dukungan untuk menerimanya.";
    public const string ReplacementLate = "Server pengganti tidak selesai dibuat tepat waktu.";
    public const string ReplacementRefused = "Penyedia menolak membuat server pengganti.";
    public const string NotEnoughBalance = "Saldo tidak cukup.";
    public const string RenewalOff = "Perpanjangan otomatis tidak aktif.";

    // For notices, which are rendered in the reader's language.
    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        [NoCapacity] = "no_capacity",
        [Refused] = "refused",
        [TimedOut] = "timed_out",
        [NotBuilt] = "not_built",
        [NotConfirmed] = "not_confirmed",
        [HoldLost] = "hold_lost",
        [Cancelled] = "cancelled",
    };

    private static readonly CultureInfo Indonesian = CultureInfo.GetCultureInfo("id-ID");

    /// <summary>The code of a reason; the sentence itself where it has none.</summary>
    public static string CodeOf(string sentence) => Codes.GetValueOrDefault(sentence, sentence);

    public static string Replaced(string ipv4) => $"Server dipasang di mesin baru. Alamat IP baru: {ipv4}.";

    public static string Purchase(string name, BillingPeriod period) => $"Pembelian server {name} ({Word(period)})";

    public static string Renewal(string name, int period, DateTimeOffset from, DateTimeOffset until) =>
        $"Perpanjangan server {name}, periode {period} ({Date(from)} – {Date(until)})";

    private static string Word(BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => "harian",
        BillingPeriod.Yearly => "tahunan",
        _ => "bulanan",
    };

    private static string Date(DateTimeOffset time) =>
        time.ToOffset(Domain.Billing.BillingCalendar.Jakarta).ToString("d MMM yyyy", Indonesian);
}
