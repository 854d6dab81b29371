using System.Globalization;
using Webrana.Web.Localization;

namespace Webrana.Web.Monitoring;

/// <summary>Measured values, as people read them.</summary>
static class MeasureText
{
    /// <summary><c>45%</c>.</summary>
    public static string Percent(double value, Texts texts) => Number(value, value < 10 ? 1 : 0, texts) + "%";

    /// <summary><c>2,5 GB</c>; terabytes from a thousand on.</summary>
    public static string Gigabytes(double gigabytes, Texts texts) => gigabytes >= 1_000
        ? Number(gigabytes / 1_000, 2, texts) + " TB"
        : Number(gigabytes, gigabytes < 10 ? 2 : gigabytes < 100 ? 1 : 0, texts) + " GB";

    /// <summary>A value in the unit of its series.</summary>
    public static string Of(double value, string unit, Texts texts) => unit switch
    {
        "percent" => Percent(value, texts),
        "Mbps" => Number(value, value < 10 ? 1 : 0, texts) + " Mbps",
        _ => Number(value, 2, texts),
    };

    static string Number(double value, int decimals, Texts texts)
    {
        var text = value.ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
        return texts.IsEnglish ? text : text.Replace('.', ',');
    }
}
