using System.Text.Json.Serialization;

namespace Webrana.Wire.Consoles;

/// <summary>
/// <c>GET /api/v1/instances/{id}/console?kind=</c>: a console asked for. Without a kind the screen if the provider grants one, else the terminal.
/// An admin who asks for a customer's console adds <c>reason=</c>, 1 to 200 characters, which stands in the audit log. Refused: 422 <c>validation_failed</c> without it,
/// 409 <c>invalid_state</c> when the server does not run, 409 <c>console_unavailable</c>, 409 <c>too_many_consoles</c>.
/// </summary>
/// <param name="Kind">What it will speak.</param>
/// <param name="Ticket">One use, until <paramref name="ExpiresAt"/>, for this server and kind. Goes into the WebSocket's subprotocols as <c>ticket.{Ticket}</c>, never into an address.</param>
/// <param name="WebSocketUrl">Where to connect, with the subprotocols <see cref="ConsoleProtocol.Name"/> and the ticket's.</param>
/// <param name="ExpiresAt">60 seconds from now.</param>
public sealed record ConsoleTicket(ConsoleKind Kind, string Ticket, string WebSocketUrl, DateTimeOffset ExpiresAt);

/// <summary>What a console speaks.</summary>
[JsonConverter(typeof(WireEnumConverter<ConsoleKind>))]
public enum ConsoleKind
{
    /// <summary>The screen: RFB in binary messages.</summary>
    [JsonStringEnumMemberName("VNC")] Vnc,

    /// <summary>A terminal: its bytes in binary messages, <c>{"cols":80,"rows":24}</c> in text messages.</summary>
    [JsonStringEnumMemberName("SSH")] Ssh,
}

/// <summary>An open console: <c>GET /internal/instances/{id}/consoles</c>.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Kind">What it speaks.</param>
/// <param name="Actor"><c>user:{id}</c> or <c>admin:{id}</c>.</param>
/// <param name="OpenedAt">Since when.</param>
public sealed record OpenConsole(string Id, ConsoleKind Kind, string Actor, DateTimeOffset OpenedAt);

/// <summary>
/// The WebSocket of a console. The server's first message is the text <c>{"ready":true,"password":null}</c>, once the console is connected; the password is what
/// the screen will ask for. Afterwards binary messages are the console's bytes. Its end is a close code with its name as the reason.
/// </summary>
public static class ConsoleProtocol
{
    /// <summary>The subprotocol both sides speak.</summary>
    public const string Name = "webrana.console.v1";

    /// <summary>What a ticket's subprotocol begins with.</summary>
    public const string TicketPrefix = "ticket.";
}
