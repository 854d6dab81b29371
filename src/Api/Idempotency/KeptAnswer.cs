using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Api.Idempotency;

/// <summary>An answer taken off its endpoint's result, so that it can be kept and given again byte for byte.</summary>
internal sealed class KeptAnswer : IResult, IStatusCodeHttpResult
{
    private static readonly string[] Headers = ["Content-Type", "Location", "Cache-Control"];

    private KeptAnswer(int status, Dictionary<string, string> headers, byte[] body) => (Status, HeaderValues, Body) = (status, headers, body);

    public int Status { get; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    private Dictionary<string, string> HeaderValues { get; }

    private byte[] Body { get; }

    /// <summary>Runs the result against a buffer in place of the connection.</summary>
    public static async Task<KeptAnswer> CaptureAsync(HttpContext http, object? result)
    {
        var connection = http.Response.Body;
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        try
        {
            if (result is not IResult executable)
                throw new InvalidOperationException("A write endpoint returns an IResult, or its answer could not be kept.");
            await executable.ExecuteAsync(http);
        }
        finally
        {
            http.Response.Body = connection;
        }

        var headers = Headers.Where(http.Response.Headers.ContainsKey).ToDictionary(name => name, name => http.Response.Headers[name].ToString());
        return new KeptAnswer(http.Response.StatusCode, headers, buffer.ToArray());
    }

    public static KeptAnswer Read(string json, int status, IDataProtector protector)
    {
        var row = JsonSerializer.Deserialize<Row>(json)!;
        return new KeptAnswer(status, row.Headers, protector.Unprotect(row.Body));
    }

    public string Write(IDataProtector protector) => JsonSerializer.Serialize(new Row(HeaderValues, protector.Protect(Body)));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in HeaderValues)
            response.Headers[name] = value;
        if (Body.Length > 0)
            await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }

    private sealed record Row(Dictionary<string, string> Headers, byte[] Body);
}
