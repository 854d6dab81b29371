using System.Globalization;
using System.Net;
using System.Text;

namespace Webrana.Sandbox.Tripay.Pages;

/// <summary>The frame of the pages a person sees. Plain HTML, no script.</summary>
static class Page
{
    const string Style = """
        :root{color-scheme:light dark;--line:#8884;--ok:#15803d;--bad:#b91c1c;--wait:#b45309;--accent:#1d4ed8}
        *{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:0 1rem 3rem}main{max-width:60rem;margin:0 auto}
        header{max-width:60rem;margin:0 auto;padding:1.25rem 0;display:flex;gap:.75rem;align-items:center;flex-wrap:wrap}header a{font-weight:700;font-size:1.25rem;color:inherit;text-decoration:none}
        .tag{border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;font-size:.8rem}
        ul{list-style:none;margin:0;padding:0}.row{display:flex;justify-content:space-between;gap:1rem;padding:.9rem .5rem;border-bottom:1px solid var(--line);color:inherit;text-decoration:none;overflow-wrap:anywhere}
        .ref{font-size:.85rem}.row:hover{background:#8881}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
        .card{border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;margin-bottom:1rem}
        .big{font-size:1.8rem;font-weight:700;font-variant-numeric:tabular-nums}.code{font:700 1.4rem ui-monospace,monospace;letter-spacing:.05em;user-select:all;overflow-wrap:anywhere}
        .PAID{color:var(--ok)}.FAILED,.EXPIRED{color:var(--bad)}.UNPAID,.REFUND{color:var(--wait)}.status{font-weight:700}
        .actions{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem}
        button{width:100%;padding:1rem;font:inherit;font-weight:700;border:0;border-radius:.6rem;cursor:pointer;color:#fff;background:var(--accent)}
        button.PAID{background:var(--ok);color:#fff}button.FAILED,button.EXPIRED{background:var(--bad);color:#fff}button.REFUND{background:var(--wait);color:#fff}button:disabled{opacity:.35;cursor:not-allowed}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}img.qr{width:14rem;max-width:100%;background:#fff;padding:.5rem;border-radius:.5rem}
        """;

    public static IResult Show(string title, string content, int? refreshSeconds = null)
    {
        var refresh = refreshSeconds is { } seconds ? $"""<meta http-equiv="refresh" content="{seconds}">""" : "";
        var html = $"""
            <!DOCTYPE html>
            <html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">{refresh}
            <title>{Text(title)}</title><style>{Style}</style></head>
            <body><header><a href="/">Tripay</a><span class="tag">simulator, bukan uang sungguhan</span></header><main><h1>{Text(title)}</h1>
            {content}
            </main></body></html>
            """;
        return Results.Content(html, "text/html", Encoding.UTF8);
    }

    public static string Text(string? value) => WebUtility.HtmlEncode(value ?? "");

    /// <summary>The status as a customer reads it.</summary>
    public static string Status(string status) => status switch
    {
        "UNPAID" => "Menunggu",
        "PAID" => "Lunas",
        "FAILED" => "Gagal",
        "EXPIRED" => "Kedaluwarsa",
        "REFUND" => "Dana dikembalikan",
        _ => status,
    };

    // Jakarta keeps no summer time; the zone database may be absent.
    public static string Time(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM/yyyy HH.mm.ss 'WIB'", CultureInfo.InvariantCulture);
}
