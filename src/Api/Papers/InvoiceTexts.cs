using System.Globalization;
using System.Resources;
using Webrana.Domain.Billing;

namespace Webrana.Api.Papers;

/// <summary>The words of a paper in one language.</summary>
internal sealed class InvoiceTexts(string locale)
{
    private static readonly ResourceManager Resources = new("Webrana.Api.Papers.InvoiceTexts", typeof(InvoiceTexts).Assembly);

    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(locale);

    public string this[string key] => Resources.GetString(key, _culture) ?? throw new InvalidOperationException($"No text '{key}' in '{locale}'.");

    /// <summary><c>Rp 150.000</c>, in both languages: the amount is Indonesian.</summary>
    public static string Rupiah(long amountIdr) =>
        "Rp " + amountIdr.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '.');

    /// <summary><c>15 Des 2026, 14.30 WIB</c>.</summary>
    public string Time(DateTimeOffset at)
    {
        var local = at.ToOffset(BillingCalendar.Jakarta);
        var month = this["Months"].Split(' ')[local.Month - 1];
        return string.Create(CultureInfo.InvariantCulture, $"{local.Day} {month} {local.Year}, {local:HH}{this["HourSeparator"]}{local:mm} WIB");
    }
}
