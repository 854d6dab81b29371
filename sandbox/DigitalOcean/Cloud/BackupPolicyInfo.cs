using System.Text.Json.Nodes;

namespace Webrana.Sandbox.DigitalOcean.Cloud;

/// <summary>When backups are taken, by UTC.</summary>
/// <param name="Plan">daily or weekly.</param>
/// <param name="Weekday">SUN … SAT; of weekly ones.</param>
/// <param name="Hour">0, 4, 8, 12, 16 or 20.</param>
internal sealed record BackupPolicyInfo(string Plan, string? Weekday, int Hour)
{
    public const int WindowHours = 4;

    static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>What is taken where nothing is asked for.</summary>
    public static BackupPolicyInfo Default { get; } = new("daily", null, 0);

    public int IntervalDays => Plan == "weekly" ? 7 : 1;

    public int RetentionDays => Plan == "weekly" ? 28 : 7;

    public int Retention => Plan == "weekly" ? 4 : 7;

    /// <summary>By a plan alone, as it was before there were days and hours; null without one.</summary>
    public static BackupPolicyInfo? Of(string? plan) => plan is null ? null : new(plan, plan == "weekly" ? "SUN" : null, 0);

    /// <summary>Reads what was asked for; null when it makes no sense.</summary>
    public static BackupPolicyInfo? Read(JsonNode? asked)
    {
        if (asked is null)
            return Default;
        if (asked is not JsonObject policy)
            return null;
        var (plan, weekday) = (policy["plan"]?.ToString() ?? "daily", policy["weekday"]?.ToString());
        var hour = policy["hour"] is not { } given ? 0 : given is JsonValue value && value.TryGetValue<int>(out var number) ? number : -1;
        if (plan is not ("daily" or "weekly") || hour is not (0 or 4 or 8 or 12 or 16 or 20) || (weekday is not null && !Weekdays.Contains(weekday)))
            return null;
        return new BackupPolicyInfo(plan, plan == "weekly" ? weekday ?? "SUN" : null, hour);
    }

    /// <summary>The next window's start after a time, both unix ms.</summary>
    public long NextAfter(long ms)
    {
        var after = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        var next = new DateTimeOffset(after.Year, after.Month, after.Day, Hour, 0, 0, TimeSpan.Zero);
        while (next <= after || (Weekday is not null && (int)next.DayOfWeek != Array.IndexOf(Weekdays, Weekday)))
            next = next.AddDays(1);
        return next.ToUnixTimeMilliseconds();
    }
}
