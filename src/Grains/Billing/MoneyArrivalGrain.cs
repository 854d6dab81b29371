using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Data.States;
using Webrana.Grains.Common;

namespace Webrana.Grains.Billing;

/// <summary>
/// Offers money to a customer's waiting servers one by one: first by the owner's priority, then by who has waited longest. One grain per
/// customer, so that two top-ups at once do not overtake each other. What was announced is offered by a sweeper as well: whoever books money
/// may die between the ledger and the offer, and one that is switched off would not look at the balance by itself for days.
/// </summary>
[GrainType("money-arrival")]
public sealed partial class MoneyArrivalGrain : Grain, IMoneyArrivalGrain
{
    private readonly DurableState<MoneyArrivalState> _state;
    private readonly StateQueries _states;
    private readonly TimeProvider _time;
    private readonly ILogger<MoneyArrivalGrain> _log;

    public MoneyArrivalGrain(
        [PersistentState(StateNames.MoneyArrival, StorageNames.State)] IPersistentState<MoneyArrivalState> storage,
        StateQueries states,
        TimeProvider time,
        ILogger<MoneyArrivalGrain> log)
    {
        _state = new DurableState<MoneyArrivalState>(storage, this);
        (_states, _time, _log) = (states, time, log);
    }

    private UserId Owner => new(GrainKeys.Guid(this.GetPrimaryKeyString(), "money"));

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public Task Announce() => _state.Update(state => state.Announced(Owner.Value, NowMs));

    /// <inheritdoc/>
    public async Task Offer()
    {
        // Whoever brought the money asks again.
        if (await OfferAll() is var missed and > 0)
            throw new InfrastructureException($"{missed} servers could not be offered the money.");
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake()
    {
        if (_state.Value.OfferAtMs is not { } offerAtMs || offerAtMs > NowMs)
            return WakeOutcome.Settled;
        if (await OfferAll() == 0)
        {
            await _state.Update(state => state.Offered(offerAtMs));
            return WakeOutcome.Settled;
        }

        await _state.Update(state => state.Missed(NowMs));
        return WakeOutcome.Deferred;
    }

    /// <summary>How many servers were not reached.</summary>
    private async Task<int> OfferAll()
    {
        var waiting = new List<SubscriptionView>();
        var missed = 0;
        string? cursor = null;
        do
        {
            var page = await _states.ListAsync(new StateFilter(StateNames.Droplet, Owner.ToString()), StateQueries.MaxPage, cursor);
            var living = page.Rows.Where(row => row.Status is "RUNNING" or "OFF" or "REBUILDING" or "SUSPENDED");
            var views = await Task.WhenAll(living.Select(row => Read(new InstanceId(GrainKeys.Guid(row.Key, "droplet")))));
            waiting.AddRange(views.OfType<SubscriptionView>().Where(view => view.Waits));
            cursor = page.Next;
        }
        while (cursor is not null);

        foreach (var server in waiting.OrderBy(view => view.Priority).ThenBy(view => view.DueAt).ThenBy(view => view.Server.ToString(), StringComparer.Ordinal))
        {
            try
            {
                await GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(server.Server)).MoneyArrived();
            }
            catch (Exception exception)
            {
                // Its neighbours need not wait for it, whatever is the matter with it.
                LogNotReached(_log, exception, server.Server);
                missed++;
            }
        }

        return missed;

        async Task<SubscriptionView?> Read(InstanceId server)
        {
            try
            {
                return await GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(server)).Subscription();
            }
            catch (Exception exception)
            {
                LogNotReached(_log, exception, server);
                missed++;
                return null;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Server {Server} could not be offered the money that arrived")]
    private static partial void LogNotReached(ILogger logger, Exception exception, InstanceId server);
}
