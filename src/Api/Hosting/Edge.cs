using System.Globalization;
using Webrana.Api.Problems;
using Webrana.Data.Clock;
using Webrana.Wire;

namespace Webrana.Api.Hosting;

/// <summary>What every request meets first: headers that browsers and balancers obey, and the refusal of addresses that PostgreSQL could not keep.</summary>
internal static class Edge
{
    public static IApplicationBuilder UseEdge(this IApplicationBuilder app)
    {
        // Real time, unless the sandbox turns it: then pages must count from the same clock as the grains.
        var business = app.ApplicationServices.GetService<BusinessClock>() ?? TimeProvider.System;
        var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return app.Use((http, next) => PassAsync(http, next, business, stopping));
    }

    private static Task PassAsync(HttpContext http, RequestDelegate next, TimeProvider business, CancellationToken stopping)
    {
        var headers = http.Response.Headers;
        headers[WireHeaders.Time] = business.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        // Whoever keeps this connection shall not send the next request on it: it may be closed in the same moment (Draining).
        if (stopping.IsCancellationRequested && HttpProtocol.IsHttp11(http.Request.Protocol))
            headers.Connection = "close";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        // Answers are data, never pages; Swagger's own page needs its inline script and style.
        headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/swagger")
            ? "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
            : "default-src 'none'; frame-ancestors 'none'";
        // Nobody's figures belong in a shared cache; endpoints that may be kept say so themselves.
        headers.CacheControl = "no-store";
        var address = http.Request.Path.Value + Uri.UnescapeDataString(http.Request.QueryString.Value ?? "");
        return address.Contains('\0', StringComparison.Ordinal) ? Refusal.Of(ProblemKinds.MalformedBody).ExecuteAsync(http) : next(http);
    }
}
