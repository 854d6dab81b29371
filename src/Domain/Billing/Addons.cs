namespace Webrana.Domain.Billing;

/// <summary>What add-ons cost, in whole rupiah; set by admins after what they cost us.</summary>
/// <param name="WeeklyBackupsBasisPoints">Of the plan's price: 2000 is 20 %.</param>
/// <param name="DailyBackupsBasisPoints">The same for daily backups.</param>
/// <param name="ImageGbMonthIdr">Per GB and 30 days: snapshots and images of hibernated servers.</param>
/// <param name="TransferGbIdr">Per GB (10⁹ bytes, as quota and gauge count) sent beyond the plan's quota.</param>
public sealed record AddonRates(int WeeklyBackupsBasisPoints, int DailyBackupsBasisPoints, long ImageGbMonthIdr, long TransferGbIdr)
{
    /// <summary>Nothing is charged.</summary>
    public static readonly AddonRates Free = new(0, 0, 0, 0);

    /// <summary>Whether the rates can be meant.</summary>
    public bool IsUsable => WeeklyBackupsBasisPoints is >= 0 and <= 10_000 && DailyBackupsBasisPoints is >= 0 and <= 10_000
        && ImageGbMonthIdr is >= 0 and <= 1_000_000 && TransferGbIdr is >= 0 and <= 1_000_000;
}

/// <summary>Kinds of add-ons; one row in the ledger each.</summary>
public enum AddonKind
{
    Backups,
    Images,
    Transfer,
}

/// <summary>One add-on as it is charged.</summary>
/// <param name="Quantity">In thousandths of the unit: of a period with backups, of a GB-month, of a GB.</param>
public sealed record AddonCharge(AddonKind Kind, long AmountIdr, long Quantity);

/// <summary>How often backups are taken.</summary>
public enum BackupsPlan
{
    None,
    Weekly,
    Daily,
}

/// <summary>
/// What add-ons were used since they were last charged. Counted in time, so that nothing is lost or charged twice when a snapshot is
/// deleted in the middle of a period: megabyte-milliseconds of images, milliseconds of backups, megabytes (10⁶ bytes) of transfer.
/// </summary>
/// <param name="AtMs">Unix ms up to which it is counted.</param>
/// <param name="Backups">Taken now.</param>
/// <param name="ImageMb">Kept now.</param>
public sealed record AddonMeter(long AtMs, BackupsPlan Backups, long ImageMb)
{
    private const long MonthMs = 30L * 24 * 60 * 60 * 1000;
    private const int Thousand = 1_000;

    public long WeeklyMs { get; init; }

    public long DailyMs { get; init; }

    public long ImageMbMs { get; init; }

    public long TransferMb { get; init; }

    /// <summary>Nothing was used and nothing is in use.</summary>
    public bool IsIdle => Backups == BackupsPlan.None && ImageMb == 0 && WeeklyMs == 0 && DailyMs == 0 && ImageMbMs == 0 && TransferMb == 0;

    /// <summary>The same, counted up to now.</summary>
    public AddonMeter Advance(long nowMs)
    {
        var passed = Math.Max(0, nowMs - AtMs);
        return this with
        {
            AtMs = Math.Max(AtMs, nowMs),
            WeeklyMs = WeeklyMs + (Backups == BackupsPlan.Weekly ? passed : 0),
            DailyMs = DailyMs + (Backups == BackupsPlan.Daily ? passed : 0),
            ImageMbMs = checked(ImageMbMs + (ImageMb * passed)),
        };
    }

    /// <summary>What is used goes on; what was used is charged elsewhere.</summary>
    public AddonMeter Cleared() => this with { WeeklyMs = 0, DailyMs = 0, ImageMbMs = 0, TransferMb = 0 };

    /// <summary>A charge that did not come to be: its use counts again.</summary>
    public AddonMeter With(AddonMeter unpaid) => this with
    {
        WeeklyMs = WeeklyMs + unpaid.WeeklyMs,
        DailyMs = DailyMs + unpaid.DailyMs,
        ImageMbMs = ImageMbMs + unpaid.ImageMbMs,
        TransferMb = TransferMb + unpaid.TransferMb,
    };

    /// <summary>The same without the use of some kinds.</summary>
    public AddonMeter Without(IReadOnlyCollection<AddonKind> kinds) => this with
    {
        WeeklyMs = kinds.Contains(AddonKind.Backups) ? 0 : WeeklyMs,
        DailyMs = kinds.Contains(AddonKind.Backups) ? 0 : DailyMs,
        ImageMbMs = kinds.Contains(AddonKind.Images) ? 0 : ImageMbMs,
        TransferMb = kinds.Contains(AddonKind.Transfer) ? 0 : TransferMb,
    };

    /// <summary>What the use so far costs. Each kind is rounded to the nearest rupiah, a half up; what comes to nothing is left out.</summary>
    /// <param name="rates">As they are when it is charged.</param>
    /// <param name="priceIdr">The plan's price of one period.</param>
    /// <param name="periodMs">Length of that period.</param>
    public IReadOnlyList<AddonCharge> Owed(AddonRates rates, long priceIdr, long periodMs)
    {
        var backups = Rounded((Int128)priceIdr * (((Int128)WeeklyMs * rates.WeeklyBackupsBasisPoints) + ((Int128)DailyMs * rates.DailyBackupsBasisPoints)), (Int128)10_000 * periodMs);
        var images = Rounded((Int128)ImageMbMs * rates.ImageGbMonthIdr, (Int128)1024 * MonthMs);
        var transfer = Rounded((Int128)TransferMb * rates.TransferGbIdr, Thousand);
        return
        [
            .. new[]
            {
                new AddonCharge(AddonKind.Backups, backups, Rounded((Int128)(WeeklyMs + DailyMs) * Thousand, periodMs)),
                new AddonCharge(AddonKind.Images, images, Rounded((Int128)ImageMbMs * Thousand, (Int128)1024 * MonthMs)),
                new AddonCharge(AddonKind.Transfer, transfer, TransferMb),
            }.Where(charge => charge.AmountIdr > 0),
        ];
    }

    private static long Rounded(Int128 numerator, Int128 denominator) => checked((long)((numerator + (denominator / 2)) / denominator));
}
