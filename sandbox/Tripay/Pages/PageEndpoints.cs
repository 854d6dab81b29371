using System.Globalization;
using System.Text;
using QRCoder;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Pages;

/// <summary>The pages where a person plays customer and bank.</summary>
static class PageEndpoints
{
    const int ListedTransactions = 200;

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", (TransactionBook book) => Home(book.All()));
        app.MapGet("/checkout/{reference}", (string reference, TransactionBook book) => book.Find(reference) is { } found ? Checkout(found) : NotFound());
        foreach (var action in Enum.GetValues<PaymentAction>())
        {
            app.MapPost($"/checkout/{{reference}}/{action.ToString().ToLowerInvariant()}", (string reference, HttpResponse response, TransactionBook book) =>
            {
                if (book.Find(reference) is not { } found) return NotFound();

                // A second click finds the state already changed and simply shows it.
                book.Apply(reference, action);
                response.Headers.Location = $"/checkout/{found.Reference}";
                return Results.StatusCode(StatusCodes.Status303SeeOther);
            });
        }
        app.MapGet("/qr/{reference}", (string reference, TransactionBook book) =>
            book.Find(reference)?.QrString is { } text ? Svg(QrSvg(text)) : NotFound());
        app.MapGet("/icons/{code}.svg", (string code) => Svg(IconSvg(code)));
    }

    static IResult Home(IReadOnlyList<SimulatedTransaction> transactions)
    {
        if (transactions.Count == 0) return Page.Show("Transaksi", """<p class="card">Belum ada transaksi. Buat isi ulang saldo di Webrana, lalu kembali ke sini.</p>""", refreshSeconds: 5);
        var rows = new StringBuilder();
        foreach (var transaction in transactions.Reverse().Take(ListedTransactions))
        {
            rows.Append(CultureInfo.InvariantCulture, $"""
                <li><a class="row" href="/checkout/{Page.Text(transaction.Reference)}"><span><b class="ref">{Page.Text(transaction.Reference)}</b><br>
                {Page.Text(transaction.MethodName)}<br><small>{Page.Text(transaction.MerchantRef)} · {Page.Time(transaction.CreatedAt)}</small></span>
                <span class="n"><b>{Rupiah.Text(transaction.Amount)}</b><br><span class="status {transaction.Status}">{Page.Status(transaction.Status)}</span></span></a></li>
                """);
        }
        return Page.Show("Transaksi", $"<ul>{rows}</ul>", refreshSeconds: 5);
    }

    static IResult Checkout(SimulatedTransaction transaction)
    {
        var payBy = transaction switch
        {
            { PayCode: { } code } => $"""<dt>Kode bayar</dt><dd class="code">{Page.Text(code)}</dd>""",
            { QrUrl: not null } => $"""<dt>QRIS</dt><dd><img class="qr" src="/qr/{Page.Text(transaction.Reference)}" alt="Kode QR"></dd>""",
            _ => "",
        };
        var items = string.Concat(transaction.Items.Select(item => $"<dt>{Page.Text(item.Name)}</dt><dd>{item.Quantity} × {Rupiah.Text(item.Price)}</dd>"));
        return Page.Show("Pembayaran", $"""
            <section class="card"><div class="big" id="amount">{Rupiah.Text(transaction.Amount)}</div>
            <p class="status {transaction.Status}" id="status" data-status="{transaction.Status}">{Page.Status(transaction.Status)}</p>
            <dl><dt>Metode</dt><dd>{Page.Text(transaction.MethodName)}</dd>{payBy}{items}<dt>Biaya layanan</dt><dd>{Rupiah.Text(transaction.FeeCustomer)}</dd>
            <dt>Batas waktu</dt><dd>{Page.Time(transaction.ExpiredTime)}</dd><dt>Referensi</dt><dd>{Page.Text(transaction.Reference)}</dd>
            <dt>Nomor toko</dt><dd>{Page.Text(transaction.MerchantRef)}</dd><dt>Pelanggan</dt><dd>{Page.Text(transaction.CustomerName)}</dd></dl></section>
            <section class="card"><div class="actions">
            {Button(transaction, PaymentAction.Pay, "Bayar", "PAID", "UNPAID", "EXPIRED")}
            {Button(transaction, PaymentAction.Fail, "Gagalkan", "FAILED", "UNPAID")}
            {Button(transaction, PaymentAction.Expire, "Kedaluwarsakan", "EXPIRED", "UNPAID")}
            {Button(transaction, PaymentAction.Refund, "Kembalikan dana", "REFUND", "PAID")}
            </div></section>
            {ReturnLink(transaction)}
            """);
    }

    static string Button(SimulatedTransaction transaction, PaymentAction action, string label, string style, params ReadOnlySpan<string> from)
    {
        var name = action.ToString().ToLowerInvariant();
        var disabled = from.Contains(transaction.Status) ? "" : " disabled";
        return $"""<form method="post" action="/checkout/{Page.Text(transaction.Reference)}/{name}"><button id="{name}" class="{style}"{disabled}>{label}</button></form>""";
    }

    static string ReturnLink(SimulatedTransaction transaction)
    {
        if (!Uri.TryCreate(transaction.ReturnUrl, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)) return "";
        var joint = url.Query.Length == 0 ? '?' : '&';
        var target = $"{url.AbsoluteUri}{joint}tripay_reference={Uri.EscapeDataString(transaction.Reference)}&tripay_merchant_ref={Uri.EscapeDataString(transaction.MerchantRef)}";
        return $"""<p><a id="return" href="{Page.Text(target)}">Kembali ke toko</a></p>""";
    }

    static IResult NotFound() => Results.Content("Tidak ditemukan.", "text/plain", Encoding.UTF8, StatusCodes.Status404NotFound);

    static IResult Svg(string svg) => Results.Content(svg, "image/svg+xml", Encoding.UTF8);

    static string QrSvg(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(8);
    }

    static string IconSvg(string code)
    {
        var name = ChannelCatalogue.Find(code)?.Code ?? "?";
        var hue = name.Sum(character => character * 37) % 360;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 64" role="img" aria-label="{name}"><rect width="160" height="64" rx="8" fill="hsl({hue} 55% 32%)"/>
            <text x="80" y="39" font-family="system-ui,sans-serif" font-size="{(name.Length > 10 ? 14 : 19)}" font-weight="700" fill="#fff" text-anchor="middle">{name}</text></svg>
            """;
    }
}
