using Webrana.Sandbox.Launcher;
using Webrana.Wire.Droplets;
using static Webrana.Chaos.Walks.DemoShop;

namespace Webrana.Chaos.Walks;

/// <summary>Other plans of servers that run.</summary>
internal static class ResizeWalks
{
    internal static async Task ResizeAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        foreach (var plan in new[] { Bigger, Small })
        {
            await walker.MustAsync(person, server, "resize", key => person.Session.ResizeAsync(server, new ResizeRequest(plan), key, walker.Cancellation));
            await walker.IsIdleAsync(server);
            await walker.IsAsync(
                $"{Walker.Droplet(server)} and payload#>>'{{order,planId}}' = '{plan}' and jsonb_typeof(payload->'returning') is distinct from 'object'", $"the server is a {plan}");
        }

        await walker.DestroyAsync(person, server);
    }

    internal static async Task ResizeInVainAsync(Walker walker)
    {
        var poor = await walker.PersonAsync(AMonthIdr);
        var server = await walker.ServerAsync(poor);
        var (answer, _) = await walker.AskAsync(poor.UserId, server, "resize", key => poor.Session.ResizeAsync(server, new ResizeRequest(Bigger), key, walker.Cancellation));
        if (answer is not null)
            throw new LauncherException("A plan was changed that nobody paid for.");
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(poor, server);

        var person = await walker.PersonAsync(Plenty);
        server = await walker.ServerAsync(person);
        await walker.ProviderFailsAsync(new { kind = "action_errored", type = "resize" });
        await walker.MustAsync(person, server, "resize", key => person.Session.ResizeAsync(server, new ResizeRequest(Bigger), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.ProviderRecoversAsync();
        await walker.DestroyAsync(person, server);
    }

    internal static async Task ResizeDeafAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.ProviderFailsAsync(new { kind = "shutdown_ignored" });
        await walker.MustAsync(person, server, "resize", key => person.Session.ResizeAsync(server, new ResizeRequest(Bigger), key, walker.Cancellation));
        // A guest has a minute of business time to obey; the provider has minutes for each action.
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload#>>'{{order,planId}}' = '{Bigger}'", "PT30S", 8, $"the server is a {Bigger}");
        await walker.IsIdleAsync(server);
        await walker.ProviderRecoversAsync();
        await walker.DestroyAsync(person, server);
    }
}
