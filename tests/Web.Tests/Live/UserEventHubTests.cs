using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Client;
using Webrana.Client.Events;
using Webrana.Testing;
using Webrana.Web.Live;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire.Events;

namespace Webrana.Web.Tests.Live;

public sealed class UserEventHubTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly UserEventHub _hub = new(TimeProvider.System, new Random(7), NullLogger<UserEventHub>.Instance);
    FakeApi _api = null!;
    HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeApi.StartAsync();
        _http = new HttpClient { BaseAddress = _api.Address };
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _http.Dispose();
    }

    WebranaSession Session(string token = "session-customer-token-0", WebranaClientOptions? options = null) => new WebranaClient(_http, options).As(token);

    [Fact]
    public async Task Two_tabs_share_one_stream_and_both_hear()
    {
        var (first, second) = (Channel.CreateUnbounded<LiveChange>(), Channel.CreateUnbounded<LiveChange>());
        using var one = _hub.Subscribe("user", Session(), change => first.Writer.TryWrite(change));
        using var two = _hub.Subscribe("user", Session(), change => second.Writer.TryWrite(change));
        await NextAsync(first);
        Assert.Equal((1, 1), (_api.World.Listeners, _hub.OpenStreams));

        _api.World.Publish(EventTypes.WalletChanged, "wallet-1");
        Assert.Equal("wallet-1", (await NextAsync(first)).Event!.Notice.Id);
        // The second tab may have come when the stream was open already: then nothing but the change is told to it.
        var heard = await NextAsync(second);
        if (heard.Event is null) heard = await NextAsync(second);
        Assert.Equal("wallet-1", heard.Event!.Notice.Id);
    }

    [Fact]
    public async Task A_gap_means_read_everything_again()
    {
        var heard = Channel.CreateUnbounded<LiveChange>();
        using var listening = _hub.Subscribe("user", Session(), change => heard.Writer.TryWrite(change));
        Assert.Null((await NextAsync(heard)).Event);
        _api.World.Publish(EventTypes.DepositChanged, "d-1");
        Assert.False((await NextAsync(heard)).Touches(EventTypes.InstanceChanged));
        _api.World.Publish(EventTypes.DepositChanged, "d-2", skip: 3);
        Assert.True((await NextAsync(heard)).Touches(EventTypes.InstanceChanged));
    }

    [Fact]
    public async Task A_broken_stream_is_opened_again_and_everything_is_read_anew()
    {
        var heard = Channel.CreateUnbounded<LiveChange>();
        using var listening = _hub.Subscribe("user", Session(), change => heard.Writer.TryWrite(change));
        await NextAsync(heard);
        _api.World.EndEvents();
        Assert.Null((await NextAsync(heard)).Event);
    }

    [Fact]
    public async Task The_stream_is_hung_up_when_the_last_tab_closes()
    {
        var heard = Channel.CreateUnbounded<LiveChange>();
        var one = _hub.Subscribe("user", Session(), change => heard.Writer.TryWrite(change));
        var two = _hub.Subscribe("user", Session(), _ => { });
        await NextAsync(heard);
        one.Dispose();
        Assert.Equal(1, _hub.OpenStreams);
        two.Dispose();
        two.Dispose();
        Assert.Equal(0, _hub.OpenStreams);
        await Eventually.Async(() => _api.World.Listeners == 0, Patience, "the API sees the stream closed");
    }

    [Fact]
    public async Task Another_tabs_session_is_used_when_the_first_ones_has_ended()
    {
        var heard = Channel.CreateUnbounded<LiveChange>();
        using var ended = _hub.Subscribe("user", Session("ended"), _ => { });
        using var good = _hub.Subscribe("user", Session(), change => heard.Writer.TryWrite(change));
        Assert.Null((await NextAsync(heard)).Event);
    }

    [Fact]
    public async Task A_stream_that_goes_silent_ends()
    {
        // Long enough for the first event to come on a busy machine.
        var opened = await Session(options: new WebranaClientOptions { EventSilence = TimeSpan.FromSeconds(8) }).OpenEventsAsync();
        await using var stream = opened.Value!;
        var events = new List<ServerEvent>();
        await foreach (var next in stream.ReadAllAsync()) events.Add(next);
        Assert.Equal(EventTypes.StreamOpened, Assert.Single(events).Type);
    }

    [Fact]
    public async Task An_event_nobody_understands_does_not_end_the_stream()
    {
        var opened = await Session().OpenEventsAsync();
        await using var stream = opened.Value!;
        await using var events = stream.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        _api.World.PublishRaw("id: e:9\nevent: strange\ndata: [not a notice]\n\n");
        _api.World.Publish(EventTypes.InstanceChanged, "i-1", "i-1");
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("i-1", events.Current.Notice.InstanceId);
    }

    [Theory]
    [InlineData("abc:7", true)]
    [InlineData("a:b:7", true)]
    [InlineData("7", false)]
    [InlineData("abc:", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_position_is_an_epoch_and_a_number(string? id, bool isOne) => Assert.Equal(isOne, EventPosition.Parse(id) is not null);

    [Fact]
    public void A_position_follows_only_within_its_epoch()
    {
        Assert.True(new EventPosition("a", 8).Follows(new EventPosition("a", 7)));
        Assert.False(new EventPosition("a", 9).Follows(new EventPosition("a", 7)));
        Assert.False(new EventPosition("b", 8).Follows(new EventPosition("a", 7)));
    }

    static async Task<LiveChange> NextAsync(Channel<LiveChange> heard) => await heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
}
