namespace Webrana.Grains.Notifications.Webhooks;

/// <summary>How customers' webhooks are called. Configuration section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Webhooks";

    /// <summary>Whether http and addresses of this machine or network may be called: for the sandbox, whose receivers are here. Refused in production.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>How long one call may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; } = 10_000;
}
