using Npgsql;
using Webrana.Sandbox.Launcher;
using Webrana.Wire.Admin;
using Webrana.Wire.Limits;
using Webrana.Wire.Plans;
using static Webrana.Chaos.Walks.DemoShop;

namespace Webrana.Chaos.Walks;

/// <summary>Orders that are not built.</summary>
internal static class OrderWalks
{
    internal static async Task OrderInVainAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        await walker.ProviderFailsAsync(new { kind = "action_errored", type = "create" });
        var order = await walker.OrderAsync(person);
        await walker.TurnUntilAsync($"{Walker.Droplet(order)} and payload->>'phase' = 'Failed'", "PT2M", 30, "the order is given up");
        await walker.ProviderRecoversAsync();
        await walker.IsAsync($"wallets where wallet_id = '{person.UserId}' and held = 0 and balance = {Plenty}", "all is given back");
    }

    internal static async Task WaitAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        // It takes nothing and says so: nobody has to ask whether it did.
        await walker.ProviderFailsAsync(new { kind = "status_429", path = "/v2/*", count = -1, seconds = 0.3 });
        var (cancelled, given, pushed) = (await walker.OrderAsync(person), await walker.OrderAsync(person), await walker.OrderAsync(person));
        var (answer, code) = await walker.AskAsync(person.UserId, cancelled, "cancel", key => person.Session.CancelOrderAsync(cancelled, key, walker.Cancellation));
        if (answer is null)
            throw new LauncherException($"An order that waits was not taken back: {code}.");
        // Longer than a build ever should take, and not as long as an order has.
        await walker.TurnAsync("PT11M");
        await walker.MayAsync(key => walker.Desk.FailStuckOrderAsync(given, new DeskActRequest("uji"), key, walker.Cancellation));
        // Asked again behind a crash, it may be told that the order is stuck no more.
        await walker.AskAsync("desk", pushed, "push", key => walker.Desk.RetryStuckOrderAsync(pushed, new DeskActRequest("uji"), key, walker.Cancellation));
        await walker.ProviderRecoversAsync();
        await walker.IsIdleAsync(pushed);
        foreach (var order in new[] { cancelled, given })
            await walker.IsAsync($"{Walker.Droplet(order)} and payload->>'phase' = 'Failed' and payload->>'hold' = 'Released'", "the order is over");
        await walker.DestroyAsync(person, pushed);
    }

    /// <summary>Judged while there was room, and turned away behind its hold: as if another order had taken the last place in between.</summary>
    internal static async Task TurnAwayAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        Task<string?> ordering;
        await using (var rival = await walker.Cluster.Database.Asking.OpenConnectionAsync(walker.Cancellation))
        await using (var claim = await rival.BeginTransactionAsync(walker.Cancellation))
        {
            // A claim of its name that is neither kept nor given back yet holds it up where it is judged already.
            var name = $"jarang-{walker.Load.Log.NextId()}";
            await using (var claiming = new NpgsqlCommand("insert into server_names (owner, name, instance) values ($1, $2, gen_random_uuid())", rival, claim)
            {
                Parameters = { new() { Value = Guid.Parse(person.UserId) }, new() { Value = name } },
            })
            {
                await claiming.ExecuteNonQueryAsync(walker.Cancellation);
            }

            ordering = walker.TryOrderAsync(person, BillingPeriod.Monthly, Small, name);
            await walker.IsAsync(
                $"grain_state where state = 'droplet' and payload->>'phase' = 'Ordering' and payload#>>'{{order,name}}' = '{name}'", "the order is judged");
            await walker.DeskAsync("limit", (desk, key) => desk.SetLimitsAsync(person.UserId, new SetLimitsRequest("uji", Servers: 0), key, walker.Cancellation));
            await claim.RollbackAsync(walker.Cancellation);
        }

        if (await ordering is { } order)
            throw new LauncherException($"Order {order} was accepted beyond its limit.");
        await walker.IsAsync($"wallets where wallet_id = '{person.UserId}' and held = 0 and balance = {Plenty}", "all is given back");
    }
}
