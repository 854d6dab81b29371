namespace Webrana.Grains.Accounts;

/// <summary>Waits of a closing account. Configuration section <c>Closing</c>.</summary>
public sealed class ClosingOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Closing";

    /// <summary>Between shutting the account and counting, in milliseconds: by then every process has read that it is shut. Default 5 s.</summary>
    public int SettleMs { get; set; } = 5_000;

    /// <summary>How long the account stays shut after it was asked for, in milliseconds: longer than an access token lives. Default 15 minutes.</summary>
    public int ShutMs { get; set; } = 15 * 60_000;

    /// <summary>Between two looks whether the last mail left, in milliseconds. Default 30 s.</summary>
    public int LookMs { get; set; } = 30_000;

    /// <summary>Afterwards the contact is erased whether or not the last mail could be delivered, in milliseconds. Default 3 days, as long as mails are tried.</summary>
    public long MailPatienceMs { get; set; } = 3 * 24 * 3_600_000L;
}
