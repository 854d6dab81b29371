namespace Webrana.Api.Hosting;

/// <summary>Where the panel is; mails link to it. Configuration section <c>Web</c>.</summary>
public sealed class WebOptions
{
    public const string Section = "Web";

    /// <summary>The panel's public address, scheme included.</summary>
    public string PublicUrl { get; set; } = "http://localhost:5080";

    /// <summary>Where passkeys are made and used, for a panel that is also reached by a bare network address (browsers want a name). Null: <see cref="PublicUrl"/>.</summary>
    public string? PasskeyOrigin { get; set; }
}

/// <summary>The payment gateway as the API knows it: enough to check callbacks. Configuration section <c>Tripay</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Tripay";

    /// <summary>Which merchant's channels are offered.</summary>
    public string MerchantCode { get; set; } = "";

    /// <summary>Key of the callback signatures.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>The key before it, during rotation.</summary>
    public string? PreviousPrivateKey { get; set; }
}
