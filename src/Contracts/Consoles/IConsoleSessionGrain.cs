namespace Webrana.Contracts.Consoles;

/// <summary>
/// One asked-for console, from its ticket to its use. Holds everything in memory, on purpose: what a lost silo forgets is a ticket of a
/// minute, and a second activation of one session knows no ticket at all, so that a ticket can never be used twice.
/// Key <c>console:{sessionId}</c>, a random id per request.
/// </summary>
[Alias("console-session")]
public interface IConsoleSessionGrain : IGrainWithStringKey
{
    /// <summary>Chooses the kind, asks the provider where it is VNC, and keeps the ticket's hash until it is used or old.</summary>
    [Alias("open")]
    Task<Result<ConsoleOpened, ConsoleError>> Open(OpenConsole command);

    /// <summary>Uses the ticket up, whatever comes of it, and takes a slot of the server.</summary>
    [Alias("redeem")]
    Task<Result<ConsoleUpstream, ConsoleError>> Redeem(RedeemConsole command);
}

/// <summary>What a console speaks.</summary>
[GenerateSerializer, Alias("console-kind")]
public enum ConsoleKind
{
    /// <summary>The screen, by the provider's RFB WebSocket.</summary>
    Vnc,

    /// <summary>A terminal, by SSH with the server's managed key.</summary>
    Ssh,
}

/// <param name="Kind">Null: the screen if the provider grants one, else the terminal.</param>
/// <param name="TicketHash">SHA-256 of the ticket's secret; the secret itself never comes here.</param>
/// <param name="Actor">Who asks: <c>user:{id}</c> or <c>admin:{id}</c>.</param>
[GenerateSerializer, Immutable, Alias("open-console")]
public sealed record OpenConsole(
    [property: Id(0)] InstanceId Instance,
    [property: Id(1)] UserId User,
    [property: Id(2)] string Actor,
    [property: Id(3)] ConsoleKind? Kind,
    [property: Id(4)] byte[] TicketHash);

[GenerateSerializer, Immutable, Alias("console-opened")]
public sealed record ConsoleOpened([property: Id(0)] ConsoleKind Kind, [property: Id(1)] DateTimeOffset ExpiresAt);

/// <summary>A ticket presented: all of it must be what it was issued for.</summary>
[GenerateSerializer, Immutable, Alias("redeem-console")]
public sealed record RedeemConsole(
    [property: Id(0)] InstanceId Instance,
    [property: Id(1)] UserId User,
    [property: Id(2)] ConsoleKind Kind,
    [property: Id(3)] byte[] TicketHash);

/// <summary>Where the bytes go. Secret: it must never reach a browser or a log.</summary>
/// <param name="Owner">Whose server it is; its feed tells when to look again.</param>
/// <param name="VncUrl">The provider's WebSocket; null for a terminal, whose door the server's own grain opens.</param>
/// <param name="VncPassword">What the screen asks for, if anything.</param>
[GenerateSerializer, Immutable, Alias("console-upstream")]
public sealed record ConsoleUpstream(
    [property: Id(0)] UserId Owner,
    [property: Id(1)] string? VncUrl,
    [property: Id(2)] string? VncPassword)
{
    /// <inheritdoc/>
    public override string ToString() => "ConsoleUpstream { … }";
}

/// <summary>Why there is no console.</summary>
[GenerateSerializer, Alias("console-error")]
public enum ConsoleError
{
    NotFound,

    /// <summary>The server does not run, or is being switched off or wiped.</summary>
    InvalidState,

    /// <summary>The provider grants no screen, or the server has no managed key: this kind cannot be had here.</summary>
    ConsoleUnavailable,

    /// <summary>As many are open as one server may have.</summary>
    TooManyConsoles,

    /// <summary>Unknown, used, expired, or issued for something else; of an open console: an admin ended it, or its slot lapsed.</summary>
    InvalidTicket,

    /// <summary>The provider could not be asked. Try again.</summary>
    TemporarilyUnavailable,
}
