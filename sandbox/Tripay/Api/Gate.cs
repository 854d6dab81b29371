using System.Security.Cryptography;
using System.Text;
using Webrana.Sandbox.Tripay.Control;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>In front of every call of the API: counts it, lets the faults asked for happen, checks the bearer token.</summary>
sealed class Gate(TripaySimulatorOptions options, Faults faults, RequestLog log, Answer answer)
{
    const string CloudflarePage =
        "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1></body></html>";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        log.Count(context.Request);
        if (faults.Take(Faults.Delay, path) is { } delay) await Task.Delay(delay.DelayMs, context.RequestAborted);
        if (faults.Take(Faults.DropBeforeEffect, path) is not null)
        {
            context.Abort();
            return;
        }
        if (Refusal(context, path) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        if (faults.Take(Faults.DropAfterEffect, path) is not null)
        {
            context.Response.Body = Stream.Null;
            await next(context);
            context.Abort();
            return;
        }
        if (faults.Take(Faults.Status500AfterEffect, path) is not null)
        {
            var real = context.Response.Body;
            context.Response.Body = Stream.Null;
            await next(context);
            context.Response.Body = real;
            context.Response.ContentLength = null;
            await answer.Refuse("Internal service error", StatusCodes.Status500InternalServerError).ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    IResult? Refusal(HttpContext context, PathString path)
    {
        if (faults.Take(Faults.Status500, path) is not null) return answer.Refuse("Internal service error", StatusCodes.Status500InternalServerError);
        if (faults.Take(Faults.Html403, path) is not null) return CloudflareBlock();
        if (faults.Take(Faults.Whitelist403, path) is not null)
        {
            var text = $"Unauthorized IP (127.0.0.1). Please add this IP to your merchant Whitelist IP ({options.MerchantCode})";
            return answer.Refuse(text, StatusCodes.Status403Forbidden);
        }

        // Bots are stopped before Tripay sees them.
        if (string.IsNullOrWhiteSpace(context.Request.Headers.UserAgent)) return CloudflareBlock();
        return HasKey(context.Request) ? null : answer.Refuse("Invalid API Key", StatusCodes.Status401Unauthorized);
    }

    bool HasKey(HttpRequest request)
    {
        var sent = Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString());
        return CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes("Bearer " + options.ApiKey));
    }

    static IResult CloudflareBlock() => Results.Content(CloudflarePage, "text/html", Encoding.UTF8, StatusCodes.Status403Forbidden);
}
