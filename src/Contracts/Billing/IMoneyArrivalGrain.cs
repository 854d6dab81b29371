namespace Webrana.Contracts.Billing;

/// <summary>
/// Money came into a customer's wallet: servers that wait for it are offered it one after the other, in the order the customer chose.
/// Holds nothing. Key <c>money:{userId}</c>.
/// </summary>
[Alias("money-arrival")]
public interface IMoneyArrivalGrain : IGrainWithStringKey
{
    /// <summary>Offers it. Safe to repeat, and to be repeated when it throws <see cref="InfrastructureException"/>: a server was not reached.</summary>
    [Alias("offer")]
    Task Offer();
}
