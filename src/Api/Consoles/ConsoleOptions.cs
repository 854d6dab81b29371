namespace Webrana.Api.Consoles;

/// <summary>Who may be connected to, for how long, and how many. Configuration section <c>Console</c>. All of it runs on real time.</summary>
public sealed class ConsoleOptions
{
    public const string Section = "Console";

    /// <summary>The API's address as browsers know it, https outside the sandbox. Default: the address of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// Hosts of the provider that screens may come from: <c>vnc.example.com</c>, or <c>.example.com</c> for everything below it.
    /// Default: none, so that no address a provider names is connected to before an operator allowed it.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Lets consoles lead to loopback and private addresses, unencrypted. For the sandbox; refused in production. Default false.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Ended when nobody typed or moved the pointer for so long. Default 15 minutes.</summary>
    public TimeSpan IdleLimit { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Ended after so long whatever goes on. Default 4 hours.</summary>
    public TimeSpan AbsoluteLimit { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How often login, role, owner, slot and server are looked at again. Default 1 minute.</summary>
    public TimeSpan ReauthoriseEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long re-authorisation may be impossible (no silo, no database) before the console ends. Default 2 minutes, less than a slot's lease.</summary>
    public TimeSpan BlindLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a browser may take in nothing of what was sent to it, a server's network nothing of what was typed, and either far side leave a
    /// sign of life unanswered. Default 60 s.
    /// </summary>
    public TimeSpan StallLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the far side may be silent before it is sent a sign of life. Default 30 s.</summary>
    public TimeSpan KeepAliveEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long connecting to the provider or the server may take. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an ended console waits for its far side to let go; longer than a line's own good-bye. Default 5 s.</summary>
    public TimeSpan LetGoLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest message of a browser, in bytes; a clipboard fits. Default 1 MiB.</summary>
    public int LargestMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Tickets one user may ask for in a minute: each may cost a call to the provider. Default 30.</summary>
    public int TicketsPerMinute { get; set; } = 30;

    /// <summary>Consoles of this process. Default 1000.</summary>
    public int MostConsoles { get; set; } = 1000;

    /// <summary>Tickets being redeemed at once; what comes on top is refused at once. Default 64.</summary>
    public int MostHandshakes { get; set; } = 64;
}
