namespace Webrana.Domain.Monitoring;

/// <summary>
/// What a plan includes a month, and what of a month's transfer is beyond it. The largest quota that a server had in a month counts for all
/// of it: a smaller plan does not make dear what was sent before, and nothing that was free is charged later.
/// </summary>
public static class TransferQuota
{
    private const long BytesPerMegabyte = 1_000_000;
    private const long BytesPerTerabyte = 1_000_000_000_000;

    /// <summary>Bytes a month; 0 where the plan names no quota, and nothing is beyond it.</summary>
    public static long BytesOf(int terabytes) => terabytes * BytesPerTerabyte;

    /// <summary>Whole megabytes beyond the quota; a megabyte that has only begun is free.</summary>
    public static long OverMb(long sentBytes, long quotaBytes) => quotaBytes <= 0 ? 0 : Math.Max(0, sentBytes - quotaBytes) / BytesPerMegabyte;
}
