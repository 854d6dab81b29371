using System.Globalization;
using Webrana.Domain.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>What customers read beside an add-on's charge.</summary>
internal static class AddonSentences
{
    private static readonly CultureInfo Indonesian = CultureInfo.GetCultureInfo("id-ID");

    public static string Of(string server, AddonPart addon) => addon.Kind switch
    {
        AddonKind.Backups => $"Cadangan otomatis {server} ({Number(addon)} periode)",
        AddonKind.Images => $"Snapshot dan image {server} ({Number(addon)} GB-bulan)",
        _ => $"Transfer di atas kuota {server} ({Number(addon)} GB)",
    };

    private static string Number(AddonPart addon) => (addon.Quantity / 1_000m).ToString("0.###", Indonesian);
}
