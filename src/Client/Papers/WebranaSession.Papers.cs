using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Papers;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    const string InvoiceList = "api/v1/invoices";

    /// <summary>Receipts, invoices and credit notes, newest first.</summary>
    public Task<ApiResult<Page<Invoice>>> InvoicesAsync(InvoiceKind? kind = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<Invoice>>(Query.With(InvoiceList, ("kind", WireName.Of(kind)), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One of them.</summary>
    public Task<ApiResult<Invoice>> InvoiceAsync(string id, CancellationToken cancellationToken = default) =>
        Get<Invoice>($"{InvoiceList}/{Query.Segment(id)}", cancellationToken);

    /// <summary>The same as a PDF. The caller disposes the stream.</summary>
    public Task<ApiResult<Stream>> InvoicePdfAsync(string id, string? locale = null, CancellationToken cancellationToken = default) =>
        Open(ApiRequest.Get(Query.With($"{InvoiceList}/{Query.Segment(id)}/pdf", ("locale", locale))), cancellationToken);
}
