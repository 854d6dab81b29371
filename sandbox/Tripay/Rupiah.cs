using System.Globalization;

namespace Webrana.Sandbox.Tripay;

/// <summary>Rupiah as Indonesians write them.</summary>
static class Rupiah
{
    public static string Digits(long amount) => amount.ToString("N0", CultureInfo.InvariantCulture).Replace(',', '.');

    public static string Text(long amount) => "Rp " + Digits(amount);
}
