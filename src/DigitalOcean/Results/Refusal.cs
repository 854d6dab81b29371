namespace Webrana.DigitalOcean;

/// <summary>
/// A 4xx answer. The provider's <see cref="Id"/> changes its spelling between live and documented answers (<c>Unauthorized</c>,
/// <c>unauthorized</c>), so every judgement here rests on the HTTP status and the message, never on the id.
/// </summary>
/// <param name="Status">HTTP status, 400-499.</param>
/// <param name="Id">The provider's error id as sent; for logs only.</param>
/// <param name="Message">The provider's sentence; empty when the body could not be read.</param>
/// <param name="RequestId">What to quote to the provider's support: from the body, else the x-request-id header.</param>
/// <param name="RetryAfter">How long to wait, where the provider said so.</param>
/// <param name="RateLimit">What is left of the token's request budget.</param>
public sealed record Refusal(int Status, string Id, string Message, string? RequestId, TimeSpan? RetryAfter, RateLimit RateLimit)
{
    /// <summary>The token is not accepted: the account needs an operator.</summary>
    public bool IsUnauthorized => Status == 401;

    /// <summary>The token lacks the scope for this call.</summary>
    public bool IsForbidden => Status == 403;

    /// <summary>No such thing, or it belongs to another account.</summary>
    public bool IsNotFound => Status == 404;

    /// <summary>Not executed because of the request budget; safe to repeat after <see cref="RetryAfter"/>.</summary>
    public bool IsRateLimited => Status == 429;

    /// <summary>Another event runs on this droplet, its creation included; seen shortly after one completed too. Back off, repeat.</summary>
    public bool IsPendingEvent => Says("already has a pending event");

    /// <summary>The account holds as many droplets as it may.</summary>
    public bool IsDropletLimit => Says("exceed your droplet limit");

    /// <summary>A key is not on the account, or was added seconds ago and has not spread yet. Repeat for a short while only.</summary>
    public bool IsKeyNotYetKnown => Says("invalid key identifiers");

    /// <summary>The image slug or id cannot be used.</summary>
    public bool IsImageInvalid => Says("invalid image");

    /// <summary>The size slug is not known.</summary>
    public bool IsSizeInvalid => Says("invalid size");

    /// <summary>The size is sold out or not offered in the region.</summary>
    public bool IsSizeUnavailable => Says("not available in this region");

    /// <summary>The name is not a host name.</summary>
    public bool IsNameInvalid => Says("valid hostname characters");

    /// <summary>A power-off of a droplet that is off: the wish is already true.</summary>
    public bool IsAlreadyPoweredOff => Says("already powered off");

    /// <summary>The event needs the droplet powered off first (resize).</summary>
    public bool IsMustBePoweredOff => Says("currently on");

    /// <summary>The key is on the account already, under some id.</summary>
    public bool IsKeyAlreadyInUse => Says("already in use on your account");

    /// <summary>Backups are off already: the wish is already true.</summary>
    public bool IsBackupsAlreadyDisabled => Says("already been disabled");

    /// <summary>The droplet has this size already: the wish is already true.</summary>
    public bool IsSameSize => Says("already set to this size");

    /// <summary>A firewall of this name is on the account already: perhaps ours, made by a call whose answer was lost.</summary>
    public bool IsFirewallNameTaken => Status is 409 or 422 && Message.Contains("duplicate name", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same call may succeed later without anything being changed.</summary>
    public bool IsTransient => IsRateLimited || IsPendingEvent || IsKeyNotYetKnown;

    bool Says(string phrase) => Status == 422 && Message.Contains(phrase, StringComparison.OrdinalIgnoreCase);
}
