using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>Promos that are made public: what is on, and what is to come.</summary>
    public Task<ApiResult<Page<Promo>>> PromosAsync(CancellationToken cancellationToken = default) => Get<Page<Promo>>("api/v1/promos", cancellationToken);

    /// <summary>What a top-up would be given now; reserves nothing.</summary>
    public Task<ApiResult<PromoQuote>> ValidatePromoAsync(ValidatePromoRequest request, CancellationToken cancellationToken = default) =>
        Send<PromoQuote>(ApiRequest.Post("api/v1/promos/validate", request), cancellationToken);

    /// <summary>The user's own referral code and what came of it.</summary>
    public Task<ApiResult<Referral>> ReferralAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Referral>(Query.With("api/v1/referral", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Lots of bonus money, soonest expiry first.</summary>
    public Task<ApiResult<Page<BonusLot>>> BonusesAsync(CancellationToken cancellationToken = default) =>
        Get<Page<BonusLot>>("api/v1/wallet/bonuses", cancellationToken);
}
