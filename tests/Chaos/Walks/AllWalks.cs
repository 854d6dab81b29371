using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Webrana.Chaos.Driver;
using Webrana.Sandbox.Launcher;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using Webrana.Wire.Limits;
using Webrana.Wire.Plans;
using Webrana.Wire.Promos;
using Webrana.Wire.SshKeys;

namespace Webrana.Chaos.Walks;

/// <summary>Every walk, those about money first. A walk leaves nothing behind that the checks would have to know of.</summary>
public static class AllWalks
{
    private const long Plenty = 1_000_000;

    // The seed's cheapest plan, by the day and by the month.
    private const long ADayIdr = 6_500, AMonthIdr = 129_000;
    private const string Small = "basic-1", Bigger = "basic-2", OtherImage = "ubuntu-22-04-x64";
    private const string Laptop = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2";

    public static IReadOnlyList<Walk> All { get; } =
    [
        new("a day is renewed", ["renew.after_debit", "renew.intent_stored", "renew.stored"], RenewAsync),
        new("a server nobody pays for is suspended and put away, and comes back when its owner has money",
            [
                "suspend.stored", "hibernate.stored", "hibernate.image_wanted", "hibernate.image_stored", "hibernate.gone", "hibernate.done",
                "restore.stored", "restore.held", "restore.hold_stored", "restore.captured", "restore.running_stored", "restore.image_deleted",
            ],
            LapseAsync),
        new("a payment that earned its owner's friend a reward is given back",
            [
                "rewards.reserved", "rewards.given", "rewards.committed",
                "deposit.reversed", "deposit.refund_told", "rewards.refund_noted", "rewards.taken_back", "rewards.usage_taken_back", "rewards.debt_told",
            ],
            GiveBackAsync),
        new("a bigger plan, and back to the smaller one",
            [
                "resize.stored", "resize.stock_reserved", "resize.spend_noted", "resize.held", "resize.hold_stored", "resize.before_resize",
                "resize.applied_stored", "resize.before_settle", "resize.settled", "resize.stock_settled", "resize.settled_stored",
                "refund.after_posting", "refund.stored",
            ],
            ResizeAsync),
        new("a bigger plan that is not paid, and one that the provider does not give", ["resize.given_back", "resize.given_up"], ResizeInVainAsync),
        new("a bigger plan for a guest that does not obey", ["resize.before_poweroff"], ResizeDeafAsync),
        new("periods are paid ahead", ["ahead.stored", "ahead.charged"], PayAheadAsync),
        new("backups are paid with the next period and at the end", ["renew.after_addon", "end.addon_charged", "end.addon_stored"], BackUpAsync),
        new("a server sends more than its month holds, and is deleted", ["transfer.counted", "transfer.told", "transfer.asked"], SendAsync),
        new("an order that is taken and not built", ["order.failed_stored", "order.released"], OrderInVainAsync),
        new("orders wait for a provider that is away: one is taken back, one is given up and one is pushed on",
            ["order.cancelled", "order.given_up", "order.pushed"], WaitAsync),
        new("an order meets its limit behind its hold", ["order.turned_away", "order.turned_away_released"], TurnAwayAsync),
        new("an action meets a droplet that was deleted behind our back", ["action.lost_stored"], MeetLossAsync),
        new("a price is raised", ["price.page_told", "price.stored"], RaiseAsync),
        new("a promo is changed", ["promo.version_noted"], ChangePromoAsync),
        new("a welcome waits for a person, because two people give one number", ["rewards.check_told"], ShareNumberAsync),
        new("a droplet is deleted behind our back", ["reconcile.lost_stored"], LoseAsync),
        new("the desk suspends a server", ["block.stored"], BlockAsync),
        new("rules in front of a server, which is deleted", ["firewall.stored", "firewall.intent_stored", "firewall.after_post", "firewall.applied_stored", "firewall.removed"], GuardAsync),
        new("one snapshot is deleted", ["upkeep.snapshot_deleted"], DeleteSnapshotAsync),
        new("a server is rebuilt with a key", ["rebuild.keys_placed"], RebuildAsync),
        new("an account is closed, and its owner gives up what is left",
            [
                "closing.asked", "closing.frozen", "closing.signed_out", "closing.counted", "closing.money_noted", "closing.money_taken", "closing.lapsed",
                "closing.emptied", "closing.told", "closing.keys_erased", "closing.servers_erased", "closing.deposits_erased", "closing.rewards_erased",
                "closing.rows_erased", "closing.noted", "closing.contact_erased", "closing.notices_erased", "closing.door_opened",
            ],
            CloseAsync),
        new("money arrives while an account is being closed", ["closing.calling_off", "closing.unfrozen"], CallOffAsync),
    ];

    /// <summary>The arrows that are passed on purpose.</summary>
    public static IReadOnlyList<string> Arrows { get; } = [.. All.SelectMany(walk => walk.Arrows)];

    /// <summary>Who passes it on purpose; null for what customers' everyday doings pass.</summary>
    public static Walk? Of(string arrow) => All.FirstOrDefault(walk => walk.Arrows.Contains(arrow));

    private static async Task RenewAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person, BillingPeriod.Daily);
        await walker.TurnUntilAsync(
            $"{Walker.Droplet(server)} and exists (select from wallet_transactions where operation_id = 'renew:{server}:2') and jsonb_typeof(payload->'renewing') is distinct from 'object'",
            "PT5H", 10, "the second day is paid");
        await walker.DestroyAsync(person, server);
    }

    private static async Task LapseAsync(Walker walker)
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

    private static async Task GiveBackAsync(Walker walker)
    {
        var promo = await walker.DeskAsync("promo", (desk, key) => desk.CreatePromoAsync(
            new PromoFields("Undang teman", PromoType.ReferralBonus, PromoValueType.Fixed, 10_000, MinDeposit: 100_000, RefereeValue: 5_000), reason: null, key, walker.Cancellation));
        var friend = await walker.PersonAsync(0);
        var offer = await Person.MustAsync(() => friend.Session.ReferralAsync(cancellationToken: walker.Cancellation), "referral", walker.Cancellation);
        var person = await walker.PersonAsync(0, referralCode: offer.Code);
        var reference = await walker.PaidAsync(person, 150_000);
        var rewards = $"grain_state where state = 'rewards' and key = 'rewards:{person.UserId}'";
        await walker.TurnUntilAsync($"{rewards} and payload#>>'{{referral,stage}}' in ('InReview', 'Paid')", "PT1M", 60, "the reward is earned");
        // People who look alike to the shop wait for a person.
        await walker.MayAsync(key => walker.Desk.DecideReviewAsync(person.UserId, new DecideReviewRequest(true, "uji"), key, walker.Cancellation));
        await walker.TurnUntilAsync($"{rewards} and payload#>>'{{referral,stage}}' = 'Paid'", "PT1M", 60, "the reward is given");
        // More than the bonus, which is spent first: what it gave cannot all come back.
        var server = await walker.ServerAsync(person);
        await walker.GatewayAsync(reference, "refund");
        await walker.TurnUntilAsync($"wallet_transactions where operation_id = 'refund:{reference}'", "PT5M", 60, "the payment is given back");
        await walker.TurnUntilAsync(
            $"{rewards} and payload#>>'{{referral,stage}}' = 'TakenBack' and (payload#>>'{{referral,closed}}')::boolean and due_at is null", "PT1M", 60, "so are the rewards");
        await walker.DestroyAsync(person, server);
        await walker.DeskAsync("promo", (desk, key) => desk.SwitchPromoAsync(promo.Id, isActive: false, reason: null, key, walker.Cancellation));
    }

    private static async Task ResizeAsync(Walker walker)
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

    private static async Task ResizeInVainAsync(Walker walker)
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

    private static async Task ResizeDeafAsync(Walker walker)
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

    private static async Task PayAheadAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.MustAsync(person, server, "renew", key => person.Session.RenewAsync(server, new RenewRequest(2), key, walker.Cancellation));
        await walker.IsAsync(
            $"{Walker.Droplet(server)} and (select count(*) from wallet_transactions where operation_id in ('renew:{server}:2', 'renew:{server}:3')) = 2", "both periods are paid");
        await walker.DestroyAsync(person, server);
    }

    private static async Task BackUpAsync(Walker walker)
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

    private static async Task SendAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        // A whole month of the calendar is over within two.
        await walker.TurnUntilAsync(
            $"grain_state where state = 'metrics' and key = 'metrics:{server}' and (payload->>'overMb')::bigint > 0 and coalesce(jsonb_array_length(payload->'owed'), 0) = 0",
            "P3D", 25, "more was sent than the month holds");
        await walker.DestroyAsync(person, server);
    }

    private static async Task OrderInVainAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        await walker.ProviderFailsAsync(new { kind = "action_errored", type = "create" });
        var order = await walker.OrderAsync(person);
        await walker.TurnUntilAsync($"{Walker.Droplet(order)} and payload->>'phase' = 'Failed'", "PT2M", 30, "the order is given up");
        await walker.ProviderRecoversAsync();
        await walker.IsAsync($"wallets where wallet_id = '{person.UserId}' and held = 0 and balance = {Plenty}", "all is given back");
    }

    private static async Task WaitAsync(Walker walker)
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
    private static async Task TurnAwayAsync(Walker walker)
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

    private static async Task MeetLossAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        // No list shows it, so that the sweep cannot meet the loss first; a droplet by itself is still read.
        await walker.ProviderFailsAsync(new { kind = "status_500", method = "GET", path = "/v2/droplets", count = -1 });
        await DeleteBehindOurBackAsync(walker, server);
        await walker.AskAsync(person.UserId, server, "reboot", key => person.Session.RebootAsync(server, key, walker.Cancellation));
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload->>'phase' = 'Lost'", "PT1M", 20, "the loss is met");
        await walker.ProviderRecoversAsync();
        await walker.IsAsync($"{Walker.Droplet(server)} and jsonb_typeof(payload->'returning') is distinct from 'object'", "the rest of the month is given back");
    }

    private static async Task RaiseAsync(Walker walker)
    {
        // A plan of its own: nobody else pays more for it.
        var id = $"jarang-{walker.Load.Log.NextId()}";
        await walker.DeskAsync("plan", (desk, key) => desk.CreatePlanAsync(
            new CreatePlanRequest(id, $"Jarang {id}", "s-1vcpu-1gb", 1, 1024, 25, 1, ["sgp1"], AMonthIdr, Reason: "uji"), key, walker.Cancellation));
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person, plan: id);
        var from = new DateTimeOffset(await walker.Cluster.Database.ScalarAsync<DateTime>("select business_now()", walker.Cancellation), TimeSpan.Zero).AddDays(20);
        await walker.DeskAsync("price", (desk, key) => desk.UpdatePricingAsync(
            id, new PlanPricing(PriceMonthly: AMonthIdr + 1_000, MovesRunningAt: from, Reason: "uji"), key, walker.Cancellation));
        await walker.TurnUntilAsync(
            $"{Walker.Droplet(server)} and payload#>>'{{subscription,move}}' is not null and exists (select from grain_state where state = 'plan' and key = 'plan:{id}' and jsonb_typeof(payload->'announcing') is distinct from 'object')",
            "PT1M", 30, "its owner is told");
        await walker.DestroyAsync(person, server);
        await walker.DeskAsync("plan", (desk, key) => desk.UpdatePlanAsync(id, new UpdatePlanRequest(Hidden: true, Reason: "uji"), key, walker.Cancellation));
    }

    private static async Task ChangePromoAsync(Walker walker)
    {
        var code = $"JARANG{walker.Load.Log.NextId()}";
        var promo = await walker.DeskAsync("promo", (desk, key) => desk.CreatePromoAsync(
            new PromoFields("Jarang", PromoType.DepositBonus, PromoValueType.Fixed, 1_000, code, BonusExpiryDays: 30), reason: null, key, walker.Cancellation));
        await walker.DeskAsync("promo", (desk, key) => desk.SwitchPromoAsync(promo.Id, isActive: false, reason: null, key, walker.Cancellation));
    }

    private static async Task ShareNumberAsync(Walker walker)
    {
        var promo = await walker.DeskAsync("promo", (desk, key) => desk.CreatePromoAsync(
            new PromoFields("Selamat datang", PromoType.NewUserBonus, PromoValueType.Fixed, 1_000, BonusExpiryDays: 30), reason: null, key, walker.Cancellation));
        var phone = string.Create(CultureInfo.InvariantCulture, $"0812{Random.Shared.Next(10_000_000, 99_999_999)}");
        var first = await walker.PersonAsync(0, phone: phone);
        await walker.TurnUntilAsync(
            $"grain_state where state = 'rewards' and key = 'rewards:{first.UserId}' and (payload->>'welcomed')::boolean and due_at is null", "PT1M", 60, "the first one is welcome");
        var second = await walker.PersonAsync(0, phone: phone);
        await walker.TurnUntilAsync(
            $"grain_state where state = 'rewards' and key = 'rewards:{second.UserId}' and payload#>>'{{welcome,stage}}' = 'InReview' and due_at is null", "PT1M", 60, "the second one waits");
        await walker.MayAsync(key => walker.Desk.DecideReviewAsync(second.UserId, new DecideReviewRequest(false, "uji", PromoReviewKind.Welcome), key, walker.Cancellation));
        await walker.TurnUntilAsync(
            $"grain_state where state = 'rewards' and key = 'rewards:{second.UserId}' and payload#>>'{{welcome,stage}}' = 'Refused' and due_at is null", "PT1M", 60, "the second one is told");
        await walker.DeskAsync("promo", (desk, key) => desk.SwitchPromoAsync(promo.Id, isActive: false, reason: null, key, walker.Cancellation));
    }

    private static async Task LoseAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await DeleteBehindOurBackAsync(walker, server);
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload->>'phase' = 'Lost'", "PT5M", 60, "the loss is noticed");
        await walker.IsAsync($"{Walker.Droplet(server)} and jsonb_typeof(payload->'returning') is distinct from 'object'", "the rest of the month is given back");
    }

    private static async Task DeleteBehindOurBackAsync(Walker walker, string server)
    {
        var droplet = await walker.Cluster.Database.ScalarAsync<long>($"select (payload#>>'{{droplet,id}}')::bigint from {Walker.Droplet(server)}", walker.Cancellation);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, new Uri(walker.Cluster.DigitalOcean, $"/v2/droplets/{droplet}"));
        delete.Headers.Authorization = new AuthenticationHeaderValue("Bearer", walker.Cluster.Secrets.DigitalOceanToken);
        using var deleted = await walker.Cluster.Http.SendAsync(delete, walker.Cancellation);
        deleted.EnsureSuccessStatusCode();
        // The provider takes a moment for it.
        var watch = Stopwatch.StartNew();
        while (await IsShownAsync())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30))
                throw new TimeoutException("The provider did not delete the droplet.");
            await Task.Delay(200, walker.Cancellation);
        }

        async Task<bool> IsShownAsync() =>
            (await walker.Cluster.Http.GetFromJsonAsync<JsonElement>(new Uri(walker.Cluster.DigitalOcean, "/_sandbox/droplets"), walker.Cancellation))
                .EnumerateArray().Any(entry => entry.GetProperty("droplet").GetProperty("id").GetInt64() == droplet);
    }

    private static async Task BlockAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.DeskAsync("block", (desk, key) => desk.SuspendServerAsync(server, new BlockServerRequest("uji"), key, walker.Cancellation));
        await walker.IsIdleAsync(server, "Suspended");
        await walker.DeskAsync("unblock", (desk, key) => desk.UnsuspendServerAsync(server, new DeskActRequest("uji"), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(person, server);
    }

    private static async Task GuardAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.MustAsync(person, server, "firewall", key => person.Session.SetFirewallAsync(
            server, new FirewallRequest(true, [new FirewallRule(FirewallProtocol.Tcp, "22", [])]), key, walker.Cancellation));
        await walker.IsAsync(
            $"{Walker.Droplet(server)} and payload#>>'{{firewall,id}}' is not null and payload#>>'{{firewall,version}}' = payload#>>'{{firewall,appliedVersion}}'", "the provider has the rules");
        await walker.DestroyAsync(person, server);
    }

    private static async Task DeleteSnapshotAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.MustAsync(person, server, "snapshot", key => person.Session.TakeSnapshotAsync(server, new TakeSnapshotRequest("sekali"), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        var copies = await Person.MustAsync(() => person.Session.SnapshotsAsync(server, walker.Cancellation), "snapshots", walker.Cancellation);
        if (copies.Items is not [var copy])
            throw new LauncherException($"{copies.Items.Count} snapshots instead of one.");
        await walker.MustAsync(person, server, "delete snapshot", key => person.Session.DeleteSnapshotAsync(server, copy.Id, key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(person, server);
    }

    private static async Task RebuildAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        var laptop = await walker.MustAsync(person, server, "key", key => person.Session.AddSshKeyAsync(new CreateSshKeyRequest("laptop", Laptop), key, walker.Cancellation));
        await walker.MustAsync(person, server, "rebuild", key => person.Session.RebuildAsync(server, new RebuildRequest(OtherImage, [laptop.Id]), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(person, server);
    }

    private static async Task CloseAsync(Walker walker)
    {
        const long left = 12_500;
        var person = await walker.PersonAsync(left);
        // Signed out by the closing itself, its owner may be answered that nobody knows them: what is there tells.
        await walker.MayAsync(key => person.Session.CloseAccountAsync(new CloseAccountRequest(person.Password, GiveUp: left), key, walker.Cancellation));
        await walker.TurnUntilAsync(
            $"grain_state where state = 'closing' and key = 'closing:{person.UserId}' and payload->>'stage' = 'Closed'", "PT3M", 60, "the account is closed");
    }

    private static async Task CallOffAsync(Walker walker)
    {
        const long left = 12_500;
        var person = await walker.PersonAsync(left);
        await walker.MayAsync(key => person.Session.CloseAccountAsync(new CloseAccountRequest(person.Password, GiveUp: left), key, walker.Cancellation));
        // Within the seconds for which it waits before it counts: more than its owner gave up.
        await walker.Load.GiveAsync(person, left, walker.Cancellation);
        await walker.TurnUntilAsync(
            $"grain_state where state = 'closing' and key = 'closing:{person.UserId}' and payload->>'stage' = 'CalledOff'", "PT1M", 20, "the account stays open");
    }
}
