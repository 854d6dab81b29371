namespace Webrana.Tripay;

/// <summary>
/// How to reach one Tripay merchant. The three secrets are separate per mode (sandbox, production); <see cref="ToString"/> never shows them.
/// </summary>
public sealed class TripayOptions
{
    /// <summary>The configuration section these options are usually bound to.</summary>
    public const string Section = "Tripay";

    /// <summary>The address of the API, its path included. Production: <c>https://tripay.co.id/api/</c>.</summary>
    public string BaseUrl { get; set; } = "https://tripay.co.id/api-sandbox/";

    /// <summary>Bearer token of every call. Sandbox keys begin with <c>DEV-</c>.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Key of every HMAC, used as its text bytes.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>
    /// The private key that was replaced, while callbacks signed with it may still arrive. Accepted for callbacks only, never used to sign.
    /// </summary>
    public string? PreviousPrivateKey { get; set; }

    /// <summary>The merchant's code: <c>T</c> and digits.</summary>
    public string MerchantCode { get; set; } = "";

    /// <summary>Where Tripay posts status changes, unless a transaction names its own. Null: the merchant's default at Tripay.</summary>
    public string? CallbackUrl { get; set; }

    /// <summary>Where the browser goes after payment, unless a transaction names its own.</summary>
    public string? ReturnUrl { get; set; }

    /// <summary>Sent on every call: Cloudflare in front of production refuses clients without one.</summary>
    public string UserAgent { get; set; } = "Webrana/1.0";

    /// <summary>How long opening a connection may take, in milliseconds.</summary>
    public int ConnectTimeoutMs { get; set; } = 10_000;

    /// <summary>How long one attempt of a read may take, in milliseconds.</summary>
    public int ReadTimeoutMs { get; set; } = 10_000;

    /// <summary>How long a create may take, in milliseconds; afterwards its outcome is unknown. It is never sent twice.</summary>
    public int CreateTimeoutMs { get; set; } = 30_000;

    /// <summary>How many times a failed read is repeated.</summary>
    public int ReadRetries { get; set; } = 2;

    /// <summary>The first pause before a read is repeated, in milliseconds; later pauses double, with jitter.</summary>
    public int ReadRetryDelayMs { get; set; } = 250;

    /// <summary>The options without their secrets.</summary>
    public override string ToString() => $"Tripay merchant {MerchantCode} at {BaseUrl}";
}
