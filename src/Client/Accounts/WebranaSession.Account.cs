using Webrana.Client.Http;
using Webrana.Wire.Accounts;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>Everything that is kept of me, as a zip. The caller disposes the stream.</summary>
    public Task<ApiResult<Stream>> ExportAsync(CancellationToken cancellationToken = default) => Open(ApiRequest.Get(Me + "export"), cancellationToken);

    /// <summary>What stands in the way of closing the account, and what would be lost.</summary>
    public Task<ApiResult<ClosingState>> ClosingAsync(CancellationToken cancellationToken = default) => Get<ClosingState>(Me + "closing", cancellationToken);

    /// <summary>Closes the account.</summary>
    public Task<ApiResult<Nothing>> CloseAccountAsync(CloseAccountRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Post(Me + "closing", request, key), cancellationToken);
}
