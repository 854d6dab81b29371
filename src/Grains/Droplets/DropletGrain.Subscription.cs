using Webrana.Contracts.Billing;

namespace Webrana.Grains.Droplets;

public sealed partial class DropletGrain
{
    /// <inheritdoc/>
    public Task<SubscriptionView?> Subscription() => Task.FromResult(State.Forecastable(_instance));
}
