using System.Security.Cryptography;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;

namespace Webrana.Grains.Consoles;

/// <summary>What a ticket was issued for, by its hash alone.</summary>
public sealed record ConsoleTicket(
    InstanceId Instance, UserId User, string Actor, ConsoleKind Kind, byte[] TicketHash, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether what is presented is this ticket, in time, for the same user, server and kind (Nova let one server's token open another's: CVE-2013-0335).</summary>
    public bool Admits(RedeemConsole presented, DateTimeOffset now) =>
        CryptographicOperations.FixedTimeEquals(TicketHash, presented.TicketHash)
        && Instance == presented.Instance && User == presented.User && Kind == presented.Kind && now < ExpiresAt;
}
