using System.Threading.Channels;
using Webrana.Contracts;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Wallets;
using Webrana.Grains.Tests.Common;

namespace Webrana.Grains.Tests.Feeds;

[Collection(ClusterCollection.Name)]
public sealed class FeedGrainTests(SharedCluster shared)
{
    sealed class Page : IFeedObserver
    {
        readonly Channel<UserEvent> _events = Channel.CreateUnbounded<UserEvent>();

        public Task OnEvent(UserEvent userEvent) => _events.Writer.WriteAsync(userEvent).AsTask();

        public async Task<UserEvent> NextAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(WebranaCluster.Patience);
    }

    [Fact]
    public async Task Every_subscriber_hears_every_event_in_order_until_it_leaves()
    {
        var feed = shared.Cluster.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(new UserId(Guid.NewGuid())));
        var (first, second) = (new Page(), new Page());
        var (one, two) = (shared.Cluster.Grains.CreateObjectReference<IFeedObserver>(first), shared.Cluster.Grains.CreateObjectReference<IFeedObserver>(second));
        var position = await feed.Subscribe(one);
        await feed.Subscribe(two);

        await feed.Publish(UserEventKind.InstanceChanged, "a");
        Assert.Equal((position.Epoch, position.Sequence + 1, "a"), await Seen(first));
        Assert.Equal((position.Epoch, position.Sequence + 1, "a"), await Seen(second));

        await feed.Unsubscribe(two);
        await feed.Publish(UserEventKind.WalletChanged, "b");
        Assert.Equal((position.Epoch, position.Sequence + 2, "b"), await Seen(first));
        await feed.Subscribe(two);
        await feed.Publish(UserEventKind.WalletChanged, "c");
        Assert.Equal((position.Epoch, position.Sequence + 3, "c"), await Seen(second));

        static async Task<(string, long, string)> Seen(Page page)
        {
            var seen = await page.NextAsync();
            return (seen.Epoch, seen.Sequence, seen.SubjectId);
        }
    }

    [Fact]
    public async Task A_wallet_tells_of_its_first_change_at_once_and_of_its_last_in_the_end()
    {
        var user = new UserId(Guid.NewGuid());
        var page = new Page();
        var reference = shared.Cluster.Grains.CreateObjectReference<IFeedObserver>(page);
        await shared.Cluster.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(user)).Subscribe(reference);
        var wallet = shared.Cluster.Grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(user));
        var about = new PostingReference(ReferenceType.Adjustment, "x", ContraAccount.Adjustment, "x");
        Assert.True((await wallet.Credit(new CreditCommand("first", 1, about))).IsOk);
        Assert.Equal(UserEventKind.WalletChanged, (await page.NextAsync()).Kind);
        Assert.True((await wallet.Credit(new CreditCommand("second", 1, about))).IsOk);
        Assert.True((await wallet.Credit(new CreditCommand("third", 1, about))).IsOk);
        Assert.Equal(user.ToString(), (await page.NextAsync()).SubjectId);
        GC.KeepAlive(page); // the reference holds it weakly
    }

    [Fact]
    public async Task A_new_activation_is_a_new_epoch()
    {
        var feed = shared.Cluster.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(new UserId(Guid.NewGuid())));
        var page = new Page();
        var reference = shared.Cluster.Grains.CreateObjectReference<IFeedObserver>(page);
        var before = await feed.Subscribe(reference);
        await shared.Cluster.Orleans.DeactivateAsync(feed);
        Assert.NotEqual(before.Epoch, (await feed.Subscribe(reference)).Epoch);
    }
}
