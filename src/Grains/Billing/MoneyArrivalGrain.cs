using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Data.States;

namespace Webrana.Grains.Billing;

/// <summary>
/// Offers money to a customer's waiting servers one by one: first by the owner's priority, then by who has waited longest. One grain per
/// customer, so that two top-ups at once do not overtake each other.
/// </summary>
[GrainType("money-arrival")]
public sealed partial class MoneyArrivalGrain(StateQueries states, ILogger<MoneyArrivalGrain> log) : Grain, IMoneyArrivalGrain
{
    private UserId Owner => new(GrainKeys.Guid(this.GetPrimaryKeyString(), "money"));

    /// <inheritdoc/>
    public async Task Offer()
    {
        var waiting = new List<SubscriptionView>();
        var missed = 0;
        string? cursor = null;
        do
        {
            var page = await states.ListAsync(new StateFilter(StateNames.Droplet, Owner.ToString()), StateQueries.MaxPage, cursor);
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
                LogNotReached(log, exception, server.Server);
                missed++;
            }
        }

        // One that is switched off would not look at the balance by itself for days: whoever brought the money asks again.
        if (missed > 0)
            throw new InfrastructureException($"{missed} servers could not be offered the money.");

        async Task<SubscriptionView?> Read(InstanceId server)
        {
            try
            {
                return await GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(server)).Subscription();
            }
            catch (Exception exception)
            {
                LogNotReached(log, exception, server);
                missed++;
                return null;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Server {Server} could not be offered the money that arrived")]
    private static partial void LogNotReached(ILogger logger, Exception exception, InstanceId server);
}
