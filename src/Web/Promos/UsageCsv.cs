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
    public static void MapUsageCsv(this WebApplication app) => app.MapGet("/admin/promos/{id}/usage.csv", DownloadAsync)
        .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.MoneyDesk });

    static async Task<IResult> DownloadAsync(string id, HttpContext context, WebranaClient client, TimeProvider time)
    {
        var api = client.As(new SessionTokenSource(client.Auth, SessionCookie.Credential(context.User) ?? "", time));
        var opened = await api.Admin.PromoUsageCsvAsync(id, context.RequestAborted);
        if (opened.IsOk) return Results.Stream(opened.Value, "text/csv; charset=utf-8", $"promo-{Safe(id)}.csv");
        return Results.StatusCode(opened.Failure.Status ?? StatusCodes.Status503ServiceUnavailable);
    }

    static string Safe(string id) => string.Concat(id.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'));
}
