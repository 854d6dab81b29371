namespace Webrana.Grains.Notifications;

/// <summary>The mail server, section <c>Smtp</c>.</summary>
public sealed class SmtpOptions
{
    public const string Section = "Smtp";

    public string Host { get; set; } = "localhost";

    public int Port { get; set; } = 25;

    /// <summary>The sender, as an address or <c>Name &lt;address&gt;</c>. Its domain is also the Message-ID's.</summary>
    public string From { get; set; } = "Webrana <no-reply@webrana.local>";

    /// <summary>Null: no login.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>True: TLS from the first byte on port 465, STARTTLS required elsewhere. False only for a mail server on this machine.</summary>
    public bool UseTls { get; set; } = true;

    /// <summary>How long each step of a delivery may take, in milliseconds.</summary>
    public int TimeoutMs { get; set; } = 10_000;
}
