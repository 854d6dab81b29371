using Microsoft.Extensions.Options;
using Webrana.Api.Admin;
using Webrana.Api.Droplets;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;

namespace Webrana.Api.Consoles;

/// <summary>What the console endpoint works with.</summary>
internal sealed record ConsoleServices(ConsoleTickets Tickets, ConsoleLimits Limits, AuditLog Audit, IOptions<ConsoleOptions> Options)
{
    /// <summary>The server, when it is the caller's own or the caller is an admin.</summary>
    public static async Task<(DropletView? View, Refusal? Refusal)> SeenAsync(DropletServices services, string id, bool admin)
    {
        if (!admin)
        {
            var (_, own, refusal) = await services.OwnAsync(id);
            return (own, refusal);
        }

        if (!InstanceId.TryParse(id, out var instance))
            return (null, Refusal.Of(ProblemKinds.NotFound));
        var found = await services.Droplet(instance).Get();
        return found.TryGet(out var view) ? (view, null) : (null, Refusal.From(found));
    }

    /// <summary>Where the browser connects; the ticket is no part of it.</summary>
    public string WebSocketUrl(HttpContext http, InstanceId instance, ConsoleKind kind)
    {
        var api = Options.Value.PublicUrl ?? new Uri($"{http.Request.Scheme}://{http.Request.Host}");
        var scheme = api.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return $"{scheme}://{api.Authority}{api.AbsolutePath.TrimEnd('/')}/consoles/{instance}/{(kind == ConsoleKind.Vnc ? "vnc" : "ssh")}";
    }
}
