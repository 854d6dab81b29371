using System.Globalization;
using Webrana.Web.Formatting;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Plans;

namespace Webrana.Web.Billing;

/// <summary>The billing settings as an admin types them: times in hours, notices as a list of hours.</summary>
/// <param name="settings">What is in force.</param>
public sealed class SettingsForm(BillingSettings settings)
{
    /// <summary>Of what is in force.</summary>
    public int Version => settings.Version;

    public string UsdRate { get; set; } = Rupiah.Digits(settings.UsdRate);
    public string ImageGbMonth { get; set; } = Rupiah.Digits(settings.Addons.ImageGbMonth);
    public string TransferGb { get; set; } = Rupiah.Digits(settings.Addons.TransferGb);
    public int WeeklyPercent { get; set; } = settings.Addons.WeeklyBackupsPercent;
    public int DailyPercent { get; set; } = settings.Addons.DailyBackupsPercent;

    /// <summary>Why, for the audit log.</summary>
    public string Reason { get; set; } = "";

    /// <summary>One per length of period.</summary>
    public IReadOnlyList<PolicyForm> Policies { get; } =
    [
        new(BillingPeriod.Daily, settings.Daily), new(BillingPeriod.Monthly, settings.Monthly), new(BillingPeriod.Yearly, settings.Yearly),
    ];

    /// <summary>Whether it can be sent; the API decides whether it makes sense.</summary>
    public bool IsComplete => Reason.Trim().Length > 0 && Rupiah.Parse(UsdRate) is not null && Rupiah.Parse(ImageGbMonth) is not null && Rupiah.Parse(TransferGb) is not null
        && Policies.All(policy => policy.Minutes is not null);

    /// <summary>What is asked for.</summary>
    public ChangeBillingSettingsRequest ToRequest() => new(
        Rupiah.Parse(UsdRate), new AddonPrices(WeeklyPercent, DailyPercent, Rupiah.Parse(ImageGbMonth)!.Value, Rupiah.Parse(TransferGb)!.Value),
        Policies[0].ToWire(), Policies[1].ToWire(), Policies[2].ToWire(), Reason.Trim());
}

/// <summary>One policy as it is typed.</summary>
public sealed class PolicyForm(BillingPeriod period, PeriodPolicy policy)
{
    private const decimal Hour = 60;

    // A hundred years: more is a slip, and the API says so.
    private const decimal MostHours = 876_000;

    /// <summary>Whose policy it is.</summary>
    public BillingPeriod Period => period;

    /// <summary>Its stable name.</summary>
    public string Code => period.ToString().ToLowerInvariant();

    public decimal GraceHours { get; set; } = Hours(policy.GraceMinutes);
    public decimal SuspendedHours { get; set; } = Hours(policy.SuspendedMinutes);
    public decimal RestorableHours { get; set; } = Hours(policy.RestorableMinutes);
    public string Notices { get; set; } = string.Join(", ", policy.NoticeMinutes.Select(minutes => Hours(minutes).ToString(CultureInfo.InvariantCulture)));

    /// <summary>The notices in minutes; null where the list cannot be read.</summary>
    public IReadOnlyList<int>? Minutes
    {
        get
        {
            var minutes = new List<int>();
            foreach (var word in Notices.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (!decimal.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hour)
                    || Math.Abs(hour) > MostHours)
                    return null;
                minutes.Add(ToMinutes(hour));
            }

            return minutes;
        }
    }

    /// <summary>What is asked for.</summary>
    public PeriodPolicy ToWire() => new(ToMinutes(GraceHours), ToMinutes(SuspendedHours), ToMinutes(RestorableHours), Minutes!);

    // Two digits name every minute of an hour. What was set by API to the minute must not change because an admin changed something else.
    private static decimal Hours(int minutes) => Math.Round(minutes / Hour, 2);

    private static int ToMinutes(decimal hours) => (int)Math.Round(Math.Clamp(hours, -MostHours, MostHours) * Hour);
}
