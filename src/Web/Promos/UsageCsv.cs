using Microsoft.AspNetCore.Authorization;
using Webrana.Client;
using Webrana.Web.Sessions;
using Webrana.Wire.Accounts;

namespace Webrana.Web.Promos;

/// <summary>
/// A file cannot come through a circuit, and the browser holds no token: this address takes the session's cookie, asks the API and hands on
/// what comes, piece by piece.
/// </summary>
static class UsageCsv
{
    public static void MapUsageCsv(this WebApplication app)
    {
        app.MapGet("/admin/promos/{id}/usage.csv", DownloadAsync).RequireAuthorization(new AuthorizeAttribute { Roles = Roles.MoneyDesk });
        app.MapGet("/admin/promos/preview.csv", PreviewAsync).RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
    }

    /// <summary>Where everybody stands whom this draft would have given something.</summary>
    /// <param name="draft">Its fields as JSON.</param>
    public static string PreviewAddress(string draft) => $"/admin/promos/preview.csv?draft={Uri.EscapeDataString(draft)}";

    static async Task<IResult> DownloadAsync(string id, HttpContext context, WebranaClient client, TimeProvider time) =>
        File(await Api(context, client, time).Admin.PromoUsageCsvAsync(id, context.RequestAborted), $"promo-{Safe(id)}.csv");

    static async Task<IResult> PreviewAsync(string draft, HttpContext context, WebranaClient client, TimeProvider time) =>
        File(await Api(context, client, time).Admin.PromoPreviewCsvAsync(draft, context.RequestAborted), "promo-preview.csv");

    static WebranaSession Api(HttpContext context, WebranaClient client, TimeProvider time) =>
        client.As(new SessionTokenSource(client.Auth, SessionCookie.Credential(context.User) ?? "", time));

    static IResult File(ApiResult<Stream> opened, string name) => opened.IsOk
        ? Results.Stream(opened.Value, "text/csv; charset=utf-8", name)
        : Results.StatusCode(opened.Failure.Status ?? StatusCodes.Status503ServiceUnavailable);

    static string Safe(string id) => string.Concat(id.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'));
}
