using Webrana.Client;
using Webrana.Web.Sessions;

namespace Webrana.Web.Papers;

/// <summary>A file cannot come through a circuit: this address takes the session's cookie, asks the API for the paper and hands it on.</summary>
static class InvoicePdf
{
    public static void MapInvoicePdf(this WebApplication app) => app.MapGet("/invoices/{id}/pdf", DownloadAsync).RequireAuthorization();

    static async Task<IResult> DownloadAsync(string id, string? lang, HttpContext context, WebranaClient client, TimeProvider time)
    {
        var api = client.As(new SessionTokenSource(client.Auth, SessionCookie.Credential(context.User) ?? "", time));
        var opened = await api.InvoicePdfAsync(id, lang == "en" ? "en" : "id", context.RequestAborted);
        if (opened.IsOk) return Results.Stream(opened.Value, "application/pdf", string.Concat(id.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')) + ".pdf");
        return Results.StatusCode(opened.Failure.Status ?? StatusCodes.Status503ServiceUnavailable);
    }
}
