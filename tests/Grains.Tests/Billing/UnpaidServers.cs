using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Reconciliation;
using Webrana.Data.Wallets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Servers on their way from the due date that nobody paid to the image that is all that is left, as the tests need them.</summary>
public static class UnpaidServers
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Questions about a whole shop at rest: asked of a later moment everything is due, this simulator has no limits, and the money came
    // without an admin. The accounts that matter here are compared below.
    static readonly string[] NotAskedHere = ["due_work_does_not_lie", "provider_limits_are_kept", "books_agree_with_subledgers"];

    /// <summary>A server whose second month nobody paid, past its grace.</summary>
    public static async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet)> SuspendedServerAsync(this WebranaCluster cluster)
    {
        var owner = await cluster.CustomerAsync(130_000);
        var (instance, droplet) = await cluster.RunningServerAsync(owner);
        await cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        return (owner, instance, droplet);
    }

    /// <summary>A server of which an image is all that is left.</summary>
    public static async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet)> HibernatedServerAsync(this WebranaCluster cluster)
    {
        var (owner, instance, droplet) = await cluster.SuspendedServerAsync();
        await cluster.PutAwayAsync(instance, droplet);
        await cluster.IsHibernatedAsync(instance);
        return (owner, instance, droplet);
    }

    /// <summary>Its warnings have arrived, and the clock is turned past the last of them and past the day that was left behind it.</summary>
    public static async Task PutAwayAsync(this WebranaCluster cluster, InstanceId instance, IDropletGrain droplet)
    {
        await cluster.DeliverWarningsAsync(instance, 2);
        await cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
    }

    /// <summary>Waits until everybody's books agree, however young what they differ by is.</summary>
    public static async Task AssertBooksAsync(this WebranaCluster cluster)
    {
        await cluster.AssertSoundAsync();
        // At rest: servers of other tests renew behind this one when it turns the clock.
        await Eventually.Async(
            async () => string.Join("; ", (await new BooksCheck(cluster.Sources).RunAsync(DateTimeOffset.MaxValue.AddYears(-1)))
                .Where(finding => finding.Broken > 0 && !NotAskedHere.Contains(finding.Name)).Select(finding => $"{finding.Name}: {string.Join(", ", finding.Examples)}")),
            broken => broken.Length == 0, WebranaCluster.Patience, "the books agree");
        var trial = await new LedgerQueries(cluster.Sources).TrialBalanceAsync();
        Assert.Equal(0, trial.Accounts.Single(account => account.Account == "REVENUE").DifferenceIdr);
        Assert.Equal(0, trial.Accounts.Single(account => account.Account == "HOLDS").DifferenceIdr);
    }
}

/// <summary>The collection of those who turn the clock past due dates: a cluster of their own, and one after the other, for it is turned for everybody.</summary>
[CollectionDefinition(Name)]
public sealed class UnpaidServersCollection : ICollectionFixture<SharedCluster>
{
    public const string Name = "unpaid servers";
}
