namespace Webrana.Domain.Consoles;

/// <summary>How many consoles, and for how long, on the side that hands them out.</summary>
public static class ConsoleRules
{
    /// <summary>Open at once on one server. Without a limit a single login could exhaust whoever carries the bytes (OSSN-0008).</summary>
    public const int SlotsPerServer = 2;

    /// <summary>From asking for a console until its ticket must have been used.</summary>
    public static readonly TimeSpan TicketLife = TimeSpan.FromSeconds(60);

    /// <summary>How long a slot stays taken without a renewal, which comes every minute: a process that died gives its slots back then.</summary>
    public static readonly TimeSpan SlotLease = TimeSpan.FromSeconds(150);
}
