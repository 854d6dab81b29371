using Webrana.Contracts.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

public sealed partial class DropletGrain
{
    /// <inheritdoc/>
    public Task<SubscriptionView?> Subscription() => Task.FromResult(
        State.Phase.IsLive() && State.Subscribed() is { } subscription && State.Order is { } order
            ? new SubscriptionView(
                _instance, State.Name, order.Period, order.PriceIdr, subscription.AnchorAt, subscription.AnchorPeriod, subscription.PaidPeriod,
                subscription.AutoRenew, subscription.TriedAt, subscription.SuspendedAt, subscription.WarnedAt)
            : null);
}
