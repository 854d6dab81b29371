namespace Webrana.Domain.Droplets;

/// <summary>When the provider takes backups, by UTC.</summary>
public static class BackupSchedule
{
    /// <summary>What is chosen for whoever does not: three in the morning in Jakarta.</summary>
    public const int DefaultHour = 20;

    /// <summary>Hours at which the four hours of a backup may begin.</summary>
    public static IReadOnlyList<int> Hours { get; } = [0, 4, 8, 12, 16, 20];
}
