using Webrana.Contracts.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>The owner closed the account: a top-up that never came to be keeps nobody's name.</summary>
public sealed partial class DepositGrain : IDepositErasureGrain
{
    /// <inheritdoc/>
    public Task Forget() => Update(state => state is { Exists: true, Customer: not null } ? state with { Customer = null } : null);
}
