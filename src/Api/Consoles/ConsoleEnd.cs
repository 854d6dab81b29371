using System.Net.WebSockets;

namespace Webrana.Api.Consoles;

/// <summary>Why a console ended. The page shows words for each, and reconnects by itself where that may help.</summary>
internal sealed record ConsoleEnd(int Code, string Reason)
{
    /// <summary>The browser said good-bye or vanished.</summary>
    public static readonly ConsoleEnd Closed = new(1000, "closed");

    /// <summary>This process stops; another one may carry on.</summary>
    public static readonly ConsoleEnd Restarting = new(1012, "restarting");

    public static readonly ConsoleEnd MessageTooBig = new(1009, "message_too_big");
    public static readonly ConsoleEnd BadMessage = new(1003, "bad_message");
    public static readonly ConsoleEnd SignedOut = new(4001, "signed_out");

    /// <summary>Ended by an admin, or the slot lapsed.</summary>
    public static readonly ConsoleEnd Revoked = new(4002, "revoked");

    /// <summary>Off, suspended, rebuilt, deleted, or about to be.</summary>
    public static readonly ConsoleEnd NotRunning = new(4003, "not_running");

    public static readonly ConsoleEnd Idle = new(4004, "idle");
    public static readonly ConsoleEnd TooLong = new(4005, "too_long");

    /// <summary>The browser does not read what is sent to it.</summary>
    public static readonly ConsoleEnd SlowReader = new(4006, "slow_reader");

    /// <summary>The server or the provider hung up.</summary>
    public static readonly ConsoleEnd ServerHungUp = new(4007, "server_hung_up");

    /// <summary>The provider or the server could not be reached.</summary>
    public static readonly ConsoleEnd Unreachable = new(4008, "unreachable");

    /// <summary>The server shows another host key than the one that was pinned.</summary>
    public static readonly ConsoleEnd HostKeyChanged = new(4009, "host_key_changed");

    /// <summary>The provider named an address that we do not connect to.</summary>
    public static readonly ConsoleEnd AddressRefused = new(4010, "address_refused");

    /// <summary>The server does not take the managed key.</summary>
    public static readonly ConsoleEnd LoginRefused = new(4011, "login_refused");

    /// <summary>Nobody could be asked whether it may go on.</summary>
    public static readonly ConsoleEnd Blind = new(4012, "blind");

    public WebSocketCloseStatus Status => (WebSocketCloseStatus)Code;
}
