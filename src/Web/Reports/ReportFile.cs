using Microsoft.AspNetCore.Authorization;
using Webrana.Client;
using Webrana.Web.Sessions;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Web.Reports;

/// <summary>A report as a file: it cannot come through a circuit, so this address takes the session's cookie and hands on what the API answers.</summary>
static class ReportFile
{
    public static void MapReportFile(this WebApplication app) => app.MapGet("/admin/reports/{name}.csv", DownloadAsync)
        .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.MoneyDesk });

    static async Task<IResult> DownloadAsync(string name, string? from, string? to, string? by, HttpContext context, WebranaClient client, TimeProvider time)
    {
        if (!Enum.TryParse<ReportName>(name, ignoreCase: true, out var report) || !Enum.IsDefined(report)) return Results.NotFound();
        var api = client.As(new SessionTokenSource(client.Auth, SessionCookie.Credential(context.User) ?? "", time));
        var opened = await api.Admin.ReportCsvAsync(report, from, to, by, context.RequestAborted);
        return opened.IsOk
            ? Results.Stream(opened.Value, "text/csv; charset=utf-8", $"{report.ToString().ToLowerInvariant()}.csv")
            : Results.StatusCode(opened.Failure.Status ?? StatusCodes.Status503ServiceUnavailable);
    }
}
