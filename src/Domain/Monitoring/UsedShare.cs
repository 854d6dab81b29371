namespace Webrana.Domain.Monitoring;

/// <summary>How much of something is used, from how much of it is left.</summary>
public static class UsedShare
{
    /// <summary>Percent used at each measurement of what is left.</summary>
    /// <param name="left">Bytes left.</param>
    /// <param name="total">Bytes there are; null or 0: not known, and nothing can be said.</param>
    public static IReadOnlyList<Sample> Percent(IReadOnlyList<Sample> left, double? total) => total is not > 0
        ? []
        : [.. left.Select(sample => sample with { Value = sample.Value is { } free ? Math.Clamp(100 * (1 - (free / total.Value)), 0, 100) : null })];
}
