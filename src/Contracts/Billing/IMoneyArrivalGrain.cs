namespace Webrana.Contracts.Billing;

/// <summary>
/// Money came into a customer's wallet: servers that wait for it are offered it one after the other, in the order the customer chose.
/// Holds nothing. Key <c>money:{userId}</c>.
/// </summary>
[Alias("money-arrival")]
public interface IMoneyArrivalGrain : IGrainWithStringKey
{
    /// <summary>Offers it. Safe to repeat; whoever is not reached comes back by its own due time.</summary>
    [Alias("offer")]
    Task Offer();
}
