using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>Plans it can change to, each with its price difference.</summary>
    public Task<ApiResult<Page<ResizeOption>>> ResizeOptionsAsync(string id, CancellationToken cancellationToken = default) =>
        Get<Page<ResizeOption>>(Of(id) + "/resize-options", cancellationToken);

    /// <summary>What one plan would cost from now on; changes nothing.</summary>
    public Task<ApiResult<ResizeQuote>> QuoteResizeAsync(string id, ResizeRequest request, CancellationToken cancellationToken = default) =>
        Send<ResizeQuote>(ApiRequest.Post(Of(id) + "/resize/quote", request), cancellationToken);

    /// <summary>Changes its plan.</summary>
    public Task<ApiResult<ActionAccepted>> ResizeAsync(string id, ResizeRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Post(Of(id) + "/resize", request, key), cancellationToken);

    /// <summary>What a deletion now would give back.</summary>
    public Task<ApiResult<DeletionPreview>> PreviewDeletionAsync(string id, CancellationToken cancellationToken = default) =>
        Get<DeletionPreview>(Of(id) + "/deletion", cancellationToken);

    /// <summary>One act on several servers; each answers for itself.</summary>
    public Task<ApiResult<Page<BulkActionResult>>> ActOnAllAsync(BulkActionRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<Page<BulkActionResult>>(ApiRequest.Post(Instances + "/actions", request, key), cancellationToken);
}
