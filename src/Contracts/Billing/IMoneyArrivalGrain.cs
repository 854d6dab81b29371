using Orleans.Concurrency;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Billing;

/// <summary>
/// Money came into a customer's wallet: servers that wait for it are offered it one after the other, in the order the customer chose.
/// Holds when money that was announced is offered at the latest, and nothing else. Key <c>money:{userId}</c>.
/// </summary>
[Alias("money-arrival")]
public interface IMoneyArrivalGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>
    /// Money is about to be booked, or just was. Stored, so that within minutes it is offered until every waiting server was reached, whether or
    /// not whoever books it lives to call <see cref="Offer"/>. Safe to repeat; never behind an offer that is going on.
    /// </summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("announce")]
    Task Announce();

    /// <summary>Offers it. Safe to repeat, and to be repeated when it throws <see cref="InfrastructureException"/>: a server was not reached.</summary>
    [Alias("offer")]
    Task Offer();
}
