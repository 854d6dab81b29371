using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Feeds;
using Webrana.Wire;
using Webrana.Wire.Events;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class EventTests(SharedApi api)
{
    /// <summary>An open stream, read one event at a time.</summary>
    sealed class Stream(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public static async Task<Stream> OpenAsync(TestUser user)
        {
            var response = await user.Http.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            var stream = new Stream(response, SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
            Assert.Equal(EventTypes.StreamOpened, (await stream.NextAsync()).EventType);
            return stream;
        }

        public async Task<SseItem<string>> NextAsync()
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(ApiHost.Patience), "The stream ended.");
            return items.Current;
        }

        /// <summary>Everything that is heard until it is enough: other grains tell a user things of their own meanwhile (the welcome of a new customer), and one-way messages may overtake each other.</summary>
        public async Task<IReadOnlyList<SseItem<string>>> UntilAsync(Func<IReadOnlyList<SseItem<string>>, bool> enough)
        {
            var heard = new List<SseItem<string>>();
            do heard.Add(await NextAsync());
            while (!enough(heard));
            return heard;
        }

        public async ValueTask DisposeAsync()
        {
            response.Dispose();
            try
            {
                await items.DisposeAsync();
            }
            catch (Exception closed) when (closed is IOException or HttpRequestException or NotSupportedException)
            {
                // The response under it is gone, which was the point.
            }
        }
    }

    Task Publish(TestUser user, UserEventKind kind, string subject) => api.Host.Cluster.GetGrain<IFeedGrain>(GrainKeys.Feed(user.Id)).Publish(kind, subject);

    static long SequenceOf(SseItem<string> item) => long.Parse(item.EventId!.Split(':')[1], CultureInfo.InvariantCulture);

    static bool HasNoGap(IReadOnlyList<SseItem<string>> heard)
    {
        var sequences = heard.Select(SequenceOf).ToList();
        return sequences.Max() - sequences.Min() + 1 == sequences.Count;
    }

    static EventNotice Read(SseItem<string> item) => JsonSerializer.Deserialize<EventNotice>(item.Data, WireJson.Options)!;

    [Fact]
    public async Task Money_that_arrives_is_heard_at_once()
    {
        var user = await api.Host.NewCustomerAsync();
        await using var stream = await Stream.OpenAsync(user);
        await Scenario.FundAsync(api.Host, user, 50_000);
        var heard = await stream.UntilAsync(all => all[^1].EventType == EventTypes.WalletChanged);
        Assert.Equal(user.Id.ToString(), Read(heard[^1]).Id);
    }

    [Fact]
    public async Task Sequences_grow_by_one_within_an_epoch_and_an_action_names_its_server()
    {
        var user = await api.Host.NewCustomerAsync();
        await using var stream = await Stream.OpenAsync(user);
        await Publish(user, UserEventKind.InstanceChanged, "server");
        await Publish(user, UserEventKind.ActionChanged, "server/action");

        // The numbers are without a gap, whichever came first and whatever else was told: a gap is filled by what comes late.
        string[] wanted = [EventTypes.InstanceChanged, EventTypes.ActionChanged];
        var heard = await stream.UntilAsync(all => wanted.All(type => all.Any(item => item.EventType == type)) && HasNoGap(all));
        Assert.Single(heard.Select(item => item.EventId!.Split(':')[0]).Distinct());
        Assert.Equal(heard.Count, heard.Select(SequenceOf).Distinct().Count());
        var server = Read(heard.Single(item => item.EventType == EventTypes.InstanceChanged));
        var action = Read(heard.Single(item => item.EventType == EventTypes.ActionChanged));
        Assert.Equal(("server", null), (server.Id, server.InstanceId));
        Assert.Equal(("action", "server"), (action.Id, action.InstanceId));
    }

    [Fact]
    public async Task Nobody_hears_what_is_anothers()
    {
        var (user, other) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        await using var stream = await Stream.OpenAsync(user);
        await Publish(other, UserEventKind.WalletChanged, "not-mine");
        await Publish(user, UserEventKind.DepositChanged, "mine");
        var heard = await stream.UntilAsync(all => all[^1].EventType == EventTypes.DepositChanged);
        Assert.Equal("mine", Read(heard[^1]).Id);
        Assert.DoesNotContain(heard, item => Read(item).Id == "not-mine");
    }

    [Fact]
    public async Task A_reader_who_is_too_slow_loses_the_queue_and_is_told_to_read_everything_again()
    {
        // Nobody's feed: a customer's could bring a notice of its own behind the loss.
        await using var feed = await Webrana.Api.Events.FeedSubscription.OpenAsync(api.Host.Cluster, new UserId(Guid.NewGuid()), TimeProvider.System);
        Assert.False(feed.TakeOverflow());
        for (var i = 1; i <= 300; i++)
            await feed.OnEvent(new UserEvent("epoch", i, UserEventKind.WalletChanged, "x"));
        Assert.True(feed.TakeOverflow());
        Assert.False(feed.Events.TryRead(out _));
        Assert.False(feed.TakeOverflow());
    }

    [Fact]
    public async Task A_subscription_is_renewed_before_it_lapses_and_a_feed_that_started_anew_is_noticed()
    {
        var user = await api.Host.NewCustomerAsync();
        var clock = new FakeTimeProvider();
        await using var feed = await Webrana.Api.Events.FeedSubscription.OpenAsync(api.Host.Cluster, user.Id, clock);
        Assert.False(await feed.RenewWhenDueAsync());
        clock.Advance(TimeSpan.FromSeconds(46));
        Assert.False(await feed.RenewWhenDueAsync());
        await api.Host.DeactivateAsync(api.Host.Cluster.GetGrain<IFeedGrain>(GrainKeys.Feed(user.Id)));
        clock.Advance(TimeSpan.FromSeconds(46));
        Assert.True(await feed.RenewWhenDueAsync());
    }

    [Fact]
    public async Task A_user_has_a_bounded_number_of_streams_and_a_closed_one_makes_room()
    {
        var user = await api.Host.NewCustomerAsync();
        var streams = new List<Stream>();
        for (var i = 0; i < 20; i++)
            streams.Add(await Stream.OpenAsync(user));
        await user.Http.GetAsync("/api/v1/events").RefusedAsync((int)HttpStatusCode.TooManyRequests, ProblemCodes.TooManyRequests);
        foreach (var stream in streams)
            await stream.DisposeAsync();
        await Webrana.Testing.Eventually.Async(
            async () =>
            {
                using var response = await user.Http.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
                return response.StatusCode == HttpStatusCode.OK;
            },
            ApiHost.Patience, "a place is free again", TestContext.Current.CancellationToken);
    }
}
