using Microsoft.Extensions.Options;

namespace Webrana.Grains.Notifications;

/// <summary>Where the panel is, section <c>Web</c>: mails link to it.</summary>
public sealed class WebOptions
{
    public const string Section = "Web";

    /// <summary>The panel's public address, scheme included.</summary>
    public string PublicUrl { get; set; } = "http://localhost:5080";
}

/// <summary>The panel's addresses that mails link to.</summary>
public sealed class WebLinks(IOptions<WebOptions> options)
{
    string Root => options.Value.PublicUrl.TrimEnd('/');

    public string Wallet => Root + "/wallet";

    public string NewServer => Root + "/servers/new";

    public string Server(string instanceId) => $"{Root}/servers/{instanceId}";
}
