using Webrana.Client;

namespace Webrana.Web.Sessions;

/// <summary>Who stands at the door: what the API counts tries by and lists devices with.</summary>
static class Visitors
{
    public static Visitor Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        var agent = context.Request.Headers.UserAgent.ToString();
        return new Visitor((address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString(), agent.Length == 0 ? null : agent);
    }
}
