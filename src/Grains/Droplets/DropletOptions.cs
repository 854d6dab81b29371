using Webrana.Domain.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>Waits of the droplet's flows. Configuration section <c>Droplets</c>; the defaults suit the real provider.</summary>
public sealed class DropletOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Droplets";

    /// <summary>Names this installation in provider tags (<c>Webrana:Install</c>), so that two of them can share an account. Default <c>local</c>.</summary>
    public string Install { get; set; } = "local";

    /// <summary>How long a stored create intent may be put on the wire, in milliseconds. Default 10 s.</summary>
    public int SendWindowMs { get; set; } = 10_000;

    /// <summary>
    /// How long the provider's lists may lag behind what was made, in milliseconds: so long must a tag stay empty before the one re-POST, and so
    /// long is a snapshot waited for that was taken and is not listed. Default 120 s.
    /// </summary>
    public int ListLagMs { get; set; } = 120_000;

    /// <summary>
    /// How long a created droplet may be 404 before it counts as never made, and one that lived, to its action, before it counts as lost, in
    /// milliseconds. Default 60 s.
    /// </summary>
    public int NotFoundMs { get; set; } = 60_000;

    /// <summary>How long an order may take, in milliseconds. Afterwards the money is given back. Default 20 minutes.</summary>
    public int ProvisioningMs { get; set; } = 20 * 60_000;

    /// <summary>How long an order may take before the desk is shown it, in milliseconds: a build takes about a minute. Default 10 minutes.</summary>
    public int StuckAfterMs { get; set; } = 10 * 60_000;

    /// <summary>
    /// How long an action may wait for its turn at a droplet that is busy with another event, in milliseconds. Not how long the provider may
    /// be away: an outage is waited out. Default 10 minutes.
    /// </summary>
    public int ActionPatienceMs { get; set; } = 10 * 60_000;

    /// <summary>
    /// How long a guest may take to shut down after it was asked, and how long the provider may show a droplet as it was before an action that it
    /// has completed, in milliseconds. Default 60 s.
    /// </summary>
    public int ShutdownMs { get; set; } = 60_000;

    /// <summary>How long a password reset tries to reach the server over SSH before the provider does it, in milliseconds. Default 60 s.</summary>
    public int SshPatienceMs { get; set; } = 60_000;

    /// <summary>How long after a rebuild in place our key may take to be accepted, in milliseconds; then the server is replaced. Default 3 minutes.</summary>
    public int ReaccessMs { get; set; } = 180_000;

    /// <summary>What a deletion gives back of a day. Default: nothing.</summary>
    public RefundPolicy RefundDaily { get; set; } = Refunds.DefaultFor(BillingCycle.Daily);

    /// <summary>What a deletion gives back of a month. Default: the unused whole days.</summary>
    public RefundPolicy RefundMonthly { get; set; } = Refunds.DefaultFor(BillingCycle.Monthly);

    /// <summary>What a deletion gives back of a year. Default: the unused whole days.</summary>
    public RefundPolicy RefundYearly { get; set; } = Refunds.DefaultFor(BillingCycle.Yearly);

    /// <summary>How long a deletion waits for what the server sent last, in milliseconds; then what is known is charged. Default 1.5 s.</summary>
    public int LastTransferMs { get; set; } = 1_500;

    /// <summary>Snapshots a server may have: they cost us by the gigabyte and are part of its price. Default 2.</summary>
    public int MostSnapshots { get; set; } = 2;

    /// <summary>Between two looks at something that is on its way, in milliseconds. Default 2 s.</summary>
    public int PollMs { get; set; } = 2_000;

    /// <summary>
    /// Between two looks of its own at something the account grain watches for everybody, in milliseconds: the backstop behind the shared
    /// lists. Default 60 s.
    /// </summary>
    public int LookMs { get; set; } = 60_000;

    /// <summary>First pause after a failure, in milliseconds; doubles. Default 2 s.</summary>
    public int RetryFirstMs { get; set; } = 2_000;

    /// <summary>Longest pause after failures, in milliseconds. Default 5 minutes.</summary>
    public int RetryMostMs { get; set; } = 300_000;

    /// <summary>How far the due time of work in progress is set ahead, in milliseconds: after a crash a sweeper takes over then. Default 30 s.</summary>
    public int BackstopMs { get; set; } = 30_000;

    /// <summary>The policy of a cycle.</summary>
    public RefundPolicy RefundOf(BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => RefundDaily,
        BillingCycle.Yearly => RefundYearly,
        _ => RefundMonthly,
    };
}
