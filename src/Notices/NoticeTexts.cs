using System.Globalization;
using System.Resources;

namespace Webrana.Notices;

/// <summary>The words of our notices in one language: Indonesian, or English for locale <c>en</c>.</summary>
sealed class NoticeTexts
{
    static readonly ResourceManager Resources = new("Webrana.Notices.NoticeTexts", typeof(NoticeTexts).Assembly);

    // Jakarta has no daylight saving time: WIB is UTC+7 all year.
    static readonly TimeSpan Wib = TimeSpan.FromHours(7);

    readonly CultureInfo _culture;
    readonly string[] _months;

    NoticeTexts(string language)
    {
        (Language, _culture) = (language, CultureInfo.GetCultureInfo(language));
        _months = this["Months"].Split(' ');
    }

    public static NoticeTexts Indonesian { get; } = new("id");

    public static NoticeTexts English { get; } = new("en");

    /// <summary><c>id</c> or <c>en</c>.</summary>
    public string Language { get; }

    /// <summary>Indonesian first: whoever did not choose English reads Indonesian.</summary>
    public static NoticeTexts For(string locale) => locale.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English : Indonesian;

    /// <summary>A text that must exist.</summary>
    public string this[string key] => Find(key) ?? throw new InvalidOperationException($"No text '{key}' in '{Language}'.");

    /// <summary>A text that a kind may leave out.</summary>
    public string? Find(string key) => Resources.GetString(key, _culture);

    /// <summary><c>Rp 150.000</c>.</summary>
    public string Rupiah(long amountIdr)
    {
        var digits = amountIdr.ToString("#,0", CultureInfo.InvariantCulture);
        return "Rp " + digits.Replace(",", this["ThousandsSeparator"], StringComparison.Ordinal);
    }

    /// <summary><c>15 Des 2026, 14.30 WIB</c>.</summary>
    public string Time(DateTimeOffset at)
    {
        var local = at.ToOffset(Wib);
        return this["DateTime"]
            .Replace("{day}", local.Day.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{month}", _months[local.Month - 1], StringComparison.Ordinal)
            .Replace("{year}", local.Year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{hour}", local.ToString("HH", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{minute}", local.ToString("mm", CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
