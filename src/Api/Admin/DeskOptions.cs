namespace Webrana.Api.Admin;

/// <summary>Rules of the desk. Configuration section <c>Desk</c>.</summary>
public sealed class DeskOptions
{
    public const string Section = "Desk";

    private const string NoWebhook = "none";

    /// <summary>
    /// The largest sum, in rupiah, that one person moves by hand; above it a second person has to approve. Default 1,000,000; 0 asks for a
    /// second person always, a shop of one person sets it high.
    /// </summary>
    public long SingleHandedIdr { get; set; } = 1_000_000;

    /// <summary>Above this the provider's month is an alarm, in US dollars per account; 0 (default) for none.</summary>
    public long ProviderBudgetUsd { get; set; }

    /// <summary>From so few droplets that may still be ordered on, over all accounts that sell, it is an alarm, until two more are left; 0 for none. Default 5.</summary>
    public int FewDropletsLeft { get; set; } = 5;

    /// <summary>Below this what was paid in advance at the provider, less this month's use, is an alarm, in US dollars per account; 0 (default) for who pays afterwards.</summary>
    public long ProviderCreditUsd { get; set; }

    /// <summary>From this unpaid bill of the months before on, US dollars per account, it is an alarm; 0 (default) for none: a card may pay some days after the month.</summary>
    public long ProviderOwedUsd { get; set; }

    /// <summary>After so many minutes a droplet that nothing accounts for, or a server that is not there, is an alarm: most of them the sweeps set right. Default 60.</summary>
    public int DriftAlarmMinutes { get; set; } = 60;

    /// <summary>Up to this the lines of a day's settlement on which gateway and ledger differ are no alarm, in rupiah together. Default 0: every one is.</summary>
    public long SettlementToleranceIdr { get; set; }

    /// <summary>Between comparisons of the gateway's day with the ledger, in seconds. Default 21600.</summary>
    public int SettlementEverySeconds { get; set; } = 21_600;

    /// <summary>Where alarms are POSTed as JSON; null (default), or the word <c>none</c>, for nowhere. Ours, never a customer's.</summary>
    public Uri? AlarmWebhookUrl
    {
        get;
        // The doctor asks for an answer, and that is the one for no webhook.
        set => field = value is { OriginalString: NoWebhook } ? null : value;
    }

    /// <summary>Key of the webhook's signature header; null for an unsigned one.</summary>
    public string? AlarmWebhookKey { get; set; }

    /// <summary>Between looks for alarms, in seconds. Default 30.</summary>
    public int AlarmEverySeconds { get; set; } = 30;

    /// <summary>Between walks over the books and the audit log, in seconds. Default 600.</summary>
    public int BooksEverySeconds { get; set; } = 600;
}
