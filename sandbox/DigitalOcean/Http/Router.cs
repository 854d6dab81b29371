using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Cloud;

namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>
/// The way of every /v2 call: faults that come first, token, budget, body, effect (locked and saved), faults that come after the effect,
/// answer.
/// </summary>
internal sealed class Router(IEndpointRouteBuilder routes, World world)
{
    const int LongestBodyBytes = 1024 * 1024;

    public void Map(string method, string pattern, Func<Call, Reply> handle)
    {
        // Faults and counts name paths as the documentation does, without route constraints.
        var template = pattern.Replace(":long", "", StringComparison.Ordinal);
        routes.MapMethods(pattern, [method], http => HandleAsync(http, template, handle));
    }

    /// <summary>Anything else under /v2.</summary>
    public void MapNothingElse(string template) => routes.Map(template, http => HandleAsync(http, template, _ => Reply.NotFound));

    async Task HandleAsync(HttpContext http, string template, Func<Call, Reply> handle)
    {
        var request = http.Request;
        var requestId = Guid.NewGuid().ToString();
        http.Response.Headers["x-request-id"] = requestId;

        if (Take(FaultKinds.Delay) is { } delay)
            await Task.Delay(TimeSpan.FromMilliseconds(delay.Ms ?? 1000), world.RealClock, http.RequestAborted);

        var reply = await JudgeAsync(http, template, handle);

        if (HttpMethods.IsGet(request.Method) && Take(FaultKinds.DropRead) is not null)
        {
            world.Requests.Add(request.Method, template, 0);
            http.Abort();
            return;
        }

        if (reply.IsSuccess && !HttpMethods.IsGet(request.Method))
        {
            if (Take(FaultKinds.DropAfterEffect) is not null)
            {
                world.Requests.Add(request.Method, template, 0);
                http.Abort();
                return;
            }
            if (Take(FaultKinds.DelayAfterEffect) is { } late)
                await Task.Delay(TimeSpan.FromMilliseconds(late.Ms ?? 1000), world.RealClock, http.RequestAborted);
        }

        world.Requests.Add(request.Method, template, reply.Status);
        await WriteAsync(http, reply, requestId);

        Fault? Take(string kind) => world.Faults.Take(kind, request, template);
    }

    async Task<Reply> JudgeAsync(HttpContext http, string template, Func<Call, Reply> handle)
    {
        var request = http.Request;
        var token = TokenOf(request);
        var account = world.AccountOf(token);
        var settings = world.State.Settings;
        // Headers come with every answer, the unauthorized ones included.
        var verdict = world.Rates.Spend(token, settings.RequestsPerHour, settings.RequestsPerMinute);
        if (verdict.Allowed && template == "/v2/account/keys" && HttpMethods.IsGet(request.Method))
        {
            var keys = world.Rates.SpendOnly(token + " keys", 10);
            verdict = verdict with { Allowed = keys.Allowed, RetryAfterSeconds = keys.RetryAfterSeconds };
        }
        WriteBudget(http.Response, verdict);

        if (account is null || Take(FaultKinds.Unauthorized) is not null)
            return Reply.Unauthorized;
        if (Take(FaultKinds.Forbidden) is not null)
            return Reply.Forbidden;
        if (!verdict.Allowed)
            return Reply.TooMany;
        if (Take(FaultKinds.Status429) is { } limited)
        {
            http.Response.Headers["retry-after"] = ((int)Math.Ceiling(limited.Seconds ?? 1)).ToString(CultureInfo.InvariantCulture);
            return Reply.TooMany;
        }
        if (Take(FaultKinds.Status500) is not null)
            return Reply.Error(500, "server_error", "Server was unable to give you a response.");
        if (Take(FaultKinds.Status404) is not null)
            return Reply.NotFound;

        var (body, readable) = await ReadBodyAsync(request, http.RequestAborted);
        if (world.Scopes.TryGetValue(token, out var scopes))
        {
            if (TokenScopes.Of(request.Method, template, body?["type"] is JsonValue type ? type.ToString() : null).Except(scopes).Any())
                return Reply.Forbidden;
            if (template == "/v2/account")
                http.Response.Headers["x-oauth-scopes"] = string.Join(',', scopes);
        }

        return readable
            ? world.Run(() => handle(new Call(http, world, account, template, body)))
            : Reply.Error(400, "bad_request", "The request body could not be parsed as a JSON object.");

        Fault? Take(string kind) => world.Faults.Take(kind, request, template);
    }

    static string TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : "";
    }

    static void WriteBudget(HttpResponse response, RateVerdict verdict)
    {
        response.Headers["ratelimit-limit"] = verdict.Limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["ratelimit-remaining"] = verdict.Remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers["ratelimit-reset"] = verdict.ResetUnixSeconds.ToString(CultureInfo.InvariantCulture);
        if (!verdict.Allowed)
            response.Headers["retry-after"] = verdict.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
    }

    static async Task<(JsonObject? Body, bool Readable)> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        if (buffer.Length == 0)
            return (null, true);
        if (buffer.Length > LongestBodyBytes)
            return (null, false);
        try
        {
            var body = JsonNode.Parse(buffer.ToArray()) as JsonObject;
            return (body, body is not null);
        }
        catch (JsonException)
        {
            return (null, false);
        }
    }

    static async Task WriteAsync(HttpContext http, Reply reply, string requestId)
    {
        http.Response.StatusCode = reply.Status;
        // Set on 204 as well: the provider does.
        http.Response.ContentType = "application/json; charset=utf-8";
        if (reply.Body is null)
            return;
        if (!reply.IsSuccess && reply.Body is JsonObject error)
            error["request_id"] = requestId;
        await http.Response.WriteAsync(reply.Body.ToJsonString(), http.RequestAborted);
    }
}
