using Webrana.Client.Http;
using Webrana.Wire.Legal;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>What I have accepted, and what is missing.</summary>
    public Task<ApiResult<LegalStanding>> LegalStandingAsync(CancellationToken cancellationToken = default) => Get<LegalStanding>(Me + "legal", cancellationToken);

    /// <summary>Accepts versions as they were read.</summary>
    public Task<ApiResult<LegalStanding>> AcceptLegalAsync(AcceptLegalRequest request, CancellationToken cancellationToken = default) =>
        Send<LegalStanding>(ApiRequest.Post(Me + "legal", request), cancellationToken);
}
