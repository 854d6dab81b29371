using Webrana.Client.Http;
using Webrana.Wire.Consoles;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>Asks for a console; what is refused stands on <see cref="ConsoleTicket"/>. Each call costs the provider's budget: ask when it is about to be opened.</summary>
    /// <param name="id">The server.</param>
    /// <param name="kind">Null: the screen if there is one, else the terminal.</param>
    /// <param name="reason">Why an admin opens a customer's; owners of a server need none.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<ConsoleTicket>> ConsoleAsync(string id, ConsoleKind? kind = null, string? reason = null, CancellationToken cancellationToken = default) =>
        Get<ConsoleTicket>(Query.With(Of(id) + "/console", ("kind", WireName.Of(kind)), ("reason", reason)), cancellationToken);
}
