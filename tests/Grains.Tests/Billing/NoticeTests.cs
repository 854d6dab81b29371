using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Its own cluster, because the clock is turned. No mail server runs here: what was accepted waits in the outbox.</summary>
public sealed class NoticeTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    WebranaCluster Cluster => shared.Cluster;

    [Fact]
    public async Task A_week_ahead_the_owner_hears_what_is_missing_after_the_other_servers_took_theirs()
    {
        // After both orders there is money for one renewal: the first server's.
        var owner = await Cluster.CustomerAsync(3 * Servers.PriceIdr);
        var (first, one) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromHours(3));
        var (second, two) = await Cluster.RunningServerAsync(owner);

        await Cluster.TurnToAsync((await two.Get()).Value!.NextRenewalAt!.Value.AddDays(-7).AddMinutes(1));
        await WakeAsync(one);
        await WakeAsync(two);

        await MailedAsync(owner, $"RenewalAhead droplet:{first}:short:2:notice-1");
        await MailedAsync(owner, $"BalanceShort droplet:{second}:short:2:notice-1");
        Assert.Equal($"{Servers.PriceIdr}", await ShortfallAsync(owner, $"droplet:{second}:short:2:notice-1"));

        await WakeAsync(two);
        Assert.Single(await MailsAsync(owner), mail => mail.Contains($"{second}:short", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_renewal_ahead_announces_what_it_will_take_and_not_what_the_period_before_cost()
    {
        var owner = await Cluster.CustomerAsync(20 * Servers.PriceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var yearly = (await Cluster.Billing(instance).SwitchPeriod(new SwitchPeriod(BillingPeriod.Yearly, "user:x"))).Value!;

        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value.AddDays(-7).AddMinutes(1));
        await WakeAsync(droplet);

        await MailedAsync(owner, $"RenewalAhead droplet:{instance}:short:2:notice-1");
        Assert.Equal([$"{yearly.NextPriceIdr}"], await ReadAsync(owner, "facts->>'amount'", "AND kind = 'RenewalAhead'"));
        Assert.NotEqual(Servers.PriceIdr, yearly.NextPriceIdr);
    }

    [Fact]
    public async Task Without_automatic_renewal_the_end_is_announced_and_nothing_asked_for()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, autoRenew: false);

        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value.AddDays(-1).AddMinutes(1));
        await WakeAsync(droplet);

        // Three notices were overtaken; one goes out.
        await MailedAsync(owner, $"Expiring droplet:{instance}:short:2:notice-3");
        Assert.Single(await MailsAsync(owner), mail => mail.StartsWith("Expiring", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_destroyed_before_its_last_warning_is_a_day_old_however_long_nobody_looked()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        await Cluster.TurnToAsync(due.AddDays(3));
        await WakeAsync(droplet);
        await droplet.Settles(DropletStatus.Suspended);
        await MailedAsync(owner, $"Suspended droplet:{instance}:short:2:suspended");

        await Cluster.TurnToAsync(due.AddDays(100));
        await WakeAsync(droplet);
        await MailedAsync(owner, $"FinalWarning droplet:{instance}:short:2:last");
        await Cluster.TurnAsync(TimeSpan.FromHours(23));
        await WakeAsync(droplet);
        await droplet.Settles(DropletStatus.Suspended);

        await Cluster.DeliverWarningsAsync(instance, 2);
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        await WakeAsync(droplet);
        await droplet.Becomes(DropletStatus.Hibernated);
    }

    static async Task WakeAsync(IDropletGrain droplet)
    {
        for (var i = 0; await droplet.Wake() == WakeOutcome.MoreDue; i++)
            Assert.True(i < 20);
    }

    Task MailedAsync(UserId owner, string mail) =>
        Eventually.Async(async () => (await MailsAsync(owner)).Contains(mail), WebranaCluster.Patience, $"the mail {mail}");

    async Task<List<string>> MailsAsync(UserId owner) => await ReadAsync(owner, "kind || ' ' || notice_id", "");

    async Task<string> ShortfallAsync(UserId owner, string mailId) =>
        Assert.Single(await ReadAsync(owner, "facts->>'shortfall'", $"AND notice_id = '{mailId}'"));

    async Task<List<string>> ReadAsync(UserId owner, string column, string filter)
    {
        var rows = new List<string>();
        await using var command = Cluster.Sources.Queries.CreateCommand($"SELECT {column} FROM notices WHERE user_id = '{owner}' {filter}");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(reader.GetString(0));
        return rows;
    }
}
