namespace Webrana.Grains.Deposits;

/// <summary>Settings of top-ups, section <c>Deposits</c>.</summary>
public sealed class DepositOptions
{
    public const string Section = "Deposits";

    /// <summary>Unpaid deposits a customer may have at once; the fourth is refused. Zero: no limit.</summary>
    public int MaximumPendingPerUser { get; set; } = 3;

    /// <summary>How long a customer waits for the gateway to create a transaction, in milliseconds; afterwards its outcome is unknown.</summary>
    public int CreatePatienceMs { get; set; } = 15_000;

    /// <summary>How long a customer's call may wait for its place in the request budget, in milliseconds.</summary>
    public int CustomerTurnPatienceMs { get; set; } = 5_000;

    /// <summary>How long a background question may wait for its place, in milliseconds: customers come first, the question comes again.</summary>
    public int BackgroundTurnPatienceMs { get; set; } = 2_000;
}
