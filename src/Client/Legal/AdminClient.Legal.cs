using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Legal;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>All versions of all documents, oldest first.</summary>
    public Task<ApiResult<Page<LegalDocumentVersion>>> LegalAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<LegalDocumentVersion>>("internal/legal", cancellationToken);

    /// <summary>Publishes the next version of a document.</summary>
    public Task<ApiResult<LegalDocumentVersion>> PublishLegalAsync(PublishLegalRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<LegalDocumentVersion>(ApiRequest.Post("internal/legal", request, key), cancellationToken);
}
