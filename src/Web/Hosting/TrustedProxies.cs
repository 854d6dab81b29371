using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Webrana.Web.Hosting;

/// <summary>Puts the visitor's address and scheme where everything looks for them, as proxies of ours tell them.</summary>
static class TrustedProxies
{
    public static void AddTrustedProxies(this IServiceCollection services, WebOptions web) => services.Configure<ForwardedHeadersOptions>(forwarded =>
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = null;
        if (web.TrustedProxies.Count == 0) return;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var text in web.TrustedProxies)
        {
            if (text.Contains('/', StringComparison.Ordinal)) forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(text));
            else forwarded.KnownProxies.Add(IPAddress.Parse(text));
        }
    });
}
