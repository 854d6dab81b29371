using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Wire.Consoles;
using ConsoleKind = Webrana.Contracts.Consoles.ConsoleKind;

namespace Webrana.Api.Consoles;

/// <summary>
/// <c>/consoles/{instance}/{vnc|ssh}</c>: the WebSocket of a console. Whatever can be refused from the request alone is refused before
/// anything is asked or upgraded; a page of another origin never gets as far as its ticket.
/// </summary>
internal sealed class ConsoleSocket(
    ConsoleTickets tickets, IConsoleAccess access, ConsoleRunner runner, ConsoleMetrics metrics, IOptions<ConsoleOptions> options, IOptions<WebOptions> web) : IDisposable
{
    private const string ProtocolHeader = "Sec-WebSocket-Protocol";

    private readonly string _panel = new Uri(web.Value.PublicUrl).GetLeftPart(UriPartial.Authority);
    private readonly SemaphoreSlim _handshakes = new(options.Value.MostHandshakes);

    /// <summary>Serves one connection until its console ends.</summary>
    public async Task ServeAsync(HttpContext http, string id, string kind)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(http, Refusal.Of(ProblemKinds.UpgradeRequired));
            return;
        }

        if (!string.Equals(http.Request.Headers.Origin, _panel, StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(http, Refusal.Of(ProblemKinds.WrongOrigin));
            return;
        }

        if (Pass(http, id, kind) is not { } pass)
        {
            await RefuseAsync(http, Refusal.Of(ProblemKinds.InvalidTicket));
            return;
        }

        if (runner.IsFull || !await _handshakes.WaitAsync(TimeSpan.Zero))
        {
            await RefuseAsync(http, Refusal.Of(ProblemKinds.Overloaded));
            return;
        }

        Result<ConsoleUpstream, ConsoleError> redeemed;
        try
        {
            redeemed = await access.RedeemAsync(pass, http.RequestAborted);
        }
        finally
        {
            _handshakes.Release();
        }

        if (redeemed.TryGet(out var upstream))
            await runner.RunAsync(http, pass, upstream);
        else
            await RefuseAsync(http, Refusal.From(redeemed));
    }

    /// <inheritdoc/>
    public void Dispose() => _handshakes.Dispose();

    /// <summary>The ticket among the subprotocols, when it is one of ours for this address. A client that also sends its token must be the one it was issued to.</summary>
    private ConsolePass? Pass(HttpContext http, string id, string kind)
    {
        if (!InstanceId.TryParse(id, out var instance) || !Enum.TryParse<ConsoleKind>(kind, ignoreCase: true, out var wanted))
            return null;
        var protocols = http.WebSockets.WebSocketRequestedProtocols;
        if (protocols.Count != 2 || !protocols.Contains(ConsoleProtocol.Name))
            return null;
        var offered = protocols.FirstOrDefault(protocol => protocol.StartsWith(ConsoleProtocol.TicketPrefix, StringComparison.Ordinal));
        var pass = offered is null ? null : tickets.Read(offered.AsSpan(ConsoleProtocol.TicketPrefix.Length), instance, wanted);
        // What comes after this must not find the ticket in the request's headers.
        http.Request.Headers.Remove(ProtocolHeader);
        return pass is not null && http.User.TryGetUserId(out var user) && user != pass.User ? null : pass;
    }

    private Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        metrics.Refused(refusal.Kind.Code);
        return refusal.ExecuteAsync(http);
    }
}
