using Webrana.Client;
using Webrana.Web.Sessions;

namespace Webrana.Web.Accounts;

/// <summary>A file cannot come through a circuit: this address takes the session's cookie, asks the API for the copy of a person's data and hands it on.</summary>
static class DataFile
{
    public static void MapDataFile(this WebApplication app) => app.MapGet("/account/data.zip", DownloadAsync).RequireAuthorization();

    static async Task<IResult> DownloadAsync(HttpContext context, WebranaClient client, TimeProvider time)
    {
        var api = client.As(new SessionTokenSource(client.Auth, SessionCookie.Credential(context.User) ?? "", time));
        var opened = await api.ExportAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        if (opened.IsOk) return Results.Stream(opened.Value, "application/zip", $"webrana-{time.GetUtcNow():yyyy-MM-dd}.zip");
        return Results.StatusCode(opened.Failure.Status ?? StatusCodes.Status503ServiceUnavailable);
    }
}
