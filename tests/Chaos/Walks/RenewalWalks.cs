using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using static Webrana.Chaos.Walks.DemoShop;

namespace Webrana.Chaos.Walks;

/// <summary>Periods that are paid, ahead or late, with what was used beside them, and one that is not.</summary>
internal static class RenewalWalks
{
    internal static async Task RenewAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person, BillingPeriod.Daily);
        await walker.TurnUntilAsync(
            $"{Walker.Droplet(server)} and exists (select from wallet_transactions where operation_id = 'renew:{server}:2') and jsonb_typeof(payload->'renewing') is distinct from 'object'",
            "PT5H", 10, "the second day is paid");
        await walker.DestroyAsync(person, server);
    }

    internal static async Task LapseAsync(Walker walker)
    {
        var person = await walker.PersonAsync(ADayIdr);
        var server = await walker.ServerAsync(person, BillingPeriod.Daily);
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload->>'phase' = 'Suspended'", "PT3H", 40, "the server is suspended");
        // Neither comes before its warning was read some time ago.
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload->>'phase' = 'Hibernated'", "PT6H", 40, "the server is put away");
        await walker.Load.GiveAsync(person, Plenty / 10, walker.Cancellation);
        await walker.MustAsync(person, server, "restore", key => person.Session.RestoreAsync(server, key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.IsAsync(
            $"{Walker.Droplet(server)} and coalesce(payload#>>'{{hibernation,stage}}', '') not in ('Imaging', 'Discarding')", "the image is deleted");
        await walker.DestroyAsync(person, server);
    }

    internal static async Task PayAheadAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.MustAsync(person, server, "renew", key => person.Session.RenewAsync(server, new RenewRequest(2), key, walker.Cancellation));
        await walker.IsAsync(
            $"{Walker.Droplet(server)} and (select count(*) from wallet_transactions where operation_id in ('renew:{server}:2', 'renew:{server}:3')) = 2", "both periods are paid");
        await walker.DestroyAsync(person, server);
    }

    internal static async Task BackUpAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person, BillingPeriod.Daily);
        await walker.MustAsync(person, server, "backups", key => person.Session.EnableBackupsAsync(server, new BackupPolicyRequest(BackupPlan.Daily), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.TurnUntilAsync($"wallet_transactions where operation_id = 'renew:{server}:2'", "PT5H", 10, "the second day is paid");
        await walker.TurnAsync("PT6H");
        await walker.DestroyAsync(person, server);
        await walker.IsAsync($"wallet_transactions where reference_type = 'ADDON' and reference_id = '{server}'", "the backups are paid");
    }

    internal static async Task SendAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        // A whole month of the calendar is over within two.
        await walker.TurnUntilAsync(
            $"grain_state where state = 'metrics' and key = 'metrics:{server}' and (payload->>'overMb')::bigint > 0 and coalesce(jsonb_array_length(payload->'owed'), 0) = 0",
            "P3D", 25, "more was sent than the month holds");
        await walker.DestroyAsync(person, server);
    }
}
