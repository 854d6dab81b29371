using Microsoft.Extensions.Options;

namespace Webrana.Web.Hosting;

/// <summary>What the browser may load and do. No script runs that is not a file of ours.</summary>
static class SecurityHeaders
{
    public static void UseSecurityHeaders(this WebApplication app)
    {
        var api = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;
        var address = api.PublicUrl ?? api.BaseUrl!;
        // MudBlazor writes style attributes and its theme provider a style element, so styles stay open. Consoles go straight to the API;
        // nothing else of the page does.
        var policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
            + $"connect-src 'self' {(address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws")}://{address.Authority}; "
            + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        app.Use((context, next) => WriteAsync(context, next, policy));
    }

    static Task WriteAsync(HttpContext context, RequestDelegate next, string policy)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        return next(context);
    }
}
