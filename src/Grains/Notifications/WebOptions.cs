namespace Webrana.Grains.Notifications;

/// <summary>Where the panel is, section <c>Web</c>: notices link to it.</summary>
public sealed class WebOptions
{
    public const string Section = "Web";

    /// <summary>The panel's public address, scheme included.</summary>
    public string PublicUrl { get; set; } = "http://localhost:5080";
}
