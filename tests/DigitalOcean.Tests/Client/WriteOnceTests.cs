using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.DigitalOcean.Tests.Client;

/// <summary>A write goes out once or not at all, whatever fails: a second create is a second server on the bill.</summary>
public sealed class WriteOnceTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_unknown_sent_once_and_found_by_its_tag()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.DropAfterEffect);

        Assert.Equal(UnknownReason.ConnectionLost, (await rig.CreateAsync(Rig.Wish(tag: "svc-lost"))).Unknown());

        Assert.Equal(1, rig.Simulator.CountRequests("POST", "/v2/droplets"));
        Assert.Single((await rig.Client.ListAllDropletsAsync("svc-lost", Stop)).Value());
        Assert.Equal(1, rig.Simulator.DropletCount);
    }

    [Fact]
    public async Task An_action_whose_answer_is_lost_is_sent_once()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync();
        rig.Inject(FaultKinds.DropAfterEffect);

        Assert.Equal(UnknownReason.ConnectionLost, (await rig.Client.StartActionAsync(droplet.Id, DropletActionRequest.PowerOff, cancellationToken: Stop)).Unknown());

        Assert.Equal(1, rig.Simulator.CountRequests("POST", "/v2/droplets/{id}/actions"));
        rig.FinishActions();
        Assert.Equal(DropletStatus.Off, (await rig.Client.GetDropletAsync(droplet.Id, Stop)).Value().Status);
    }

    [Fact]
    public async Task A_delete_whose_answer_is_lost_is_sent_once()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync();
        rig.Inject(FaultKinds.DropAfterEffect);

        Assert.Equal(UnknownReason.ConnectionLost, (await rig.Client.DeleteDropletAsync(droplet.Id, Stop)).Unknown());

        Assert.Equal(1, rig.Simulator.CountRequests("DELETE", "/v2/droplets/{id}"));
        rig.FinishActions();
        Assert.True((await rig.Client.GetDropletAsync(droplet.Id, Stop)).Refusal().IsNotFound);
    }

    [Theory]
    [InlineData(FaultKinds.Status500)]
    [InlineData(FaultKinds.Status429)]
    public async Task A_create_is_not_repeated_on_a_server_error_or_a_spent_budget(string kind)
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(kind, fault => fault with { Seconds = 7 });

        var result = await rig.CreateAsync();

        Assert.Equal(1, rig.Simulator.CountRequests("POST", "/v2/droplets"));
        Assert.Equal(0, rig.Simulator.DropletCount);
        if (kind == FaultKinds.Status429)
            Assert.Equal((true, TimeSpan.FromSeconds(7)), (result.Refusal().IsRateLimited, result.Refusal().RetryAfter));
        else
            Assert.Equal(UnknownReason.ServerError, result.Unknown());
    }

    [Fact]
    public async Task A_create_that_answers_too_late_is_unknown_and_sent_once()
    {
        var clock = new FakeTimeProvider();
        await using var rig = await Rig.StartAsync(client: options => options.Clock = clock);
        // The simulator's clock stands still: the answer would come never.
        rig.Inject(FaultKinds.DelayAfterEffect);

        var creating = rig.CreateAsync();
        while (rig.Simulator.DropletCount == 0 && !Stop.IsCancellationRequested)
            await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(UnknownReason.Timeout, (await creating).Unknown());
        Assert.Equal(1, rig.Simulator.DropletCount);
    }

    [Fact]
    public async Task Nothing_is_repeated_on_a_connection_that_breaks_not_even_after_one_that_was_good()
    {
        await using var server = new RudeServer(number => number == 1 ? RudeServer.Http(202, """{"droplet":{"id":1,"status":"new","created_at":"2026-02-13T06:37:13Z"}}""") : null);
        await using var services = Rig.Services();
        var client = services.GetRequiredService<DigitalOceanClientFactory>().For(server.BaseUrl, "t");

        (await client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Value();
        Assert.Equal(UnknownReason.ConnectionLost, (await client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Unknown());
        Assert.Equal(2, server.Requests);
        Assert.Equal(UnknownReason.ConnectionLost, (await client.DeleteDropletAsync(1, Stop)).Unknown());
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task Every_write_has_a_connection_of_its_own_because_a_kept_one_may_be_closing()
    {
        const string created = """{"droplet":{"id":1,"status":"new","created_at":"2026-02-13T06:37:13Z"}}""";
        await using var server = new RudeServer(_ => RudeServer.Http(202, created));
        await using var services = Rig.Services();
        var client = services.GetRequiredService<DigitalOceanClientFactory>().For(server.BaseUrl, "t");

        (await client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Value();
        (await client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Value();
        (await client.DeleteDropletAsync(1, Stop)).Value();

        Assert.Equal((3, 3), (server.Requests, server.Connections));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_half_way_is_unknown()
    {
        await using var server = new RudeServer(number => number > 1 ? null : "HTTP/1.1 202 Accepted\r\ncontent-length: 500\r\nconnection: close\r\n\r\n{\"droplet\":");
        await using var services = Rig.Services();
        var client = services.GetRequiredService<DigitalOceanClientFactory>().For(server.BaseUrl, "t");

        Assert.Equal(UnknownReason.ConnectionLost, (await client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Unknown());
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_write_that_finds_no_connection_was_provably_not_sent()
    {
        using var closed = new ClosedPort();
        await using var services = Rig.Services();
        var client = services.GetRequiredService<DigitalOceanClientFactory>().For(new Uri($"http://{closed.EndPoint}"), "t");

        Assert.Equal(NotSentReason.ConnectionFailed, (await client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).NotSent());
        Assert.Equal(NotSentReason.ConnectionFailed, (await client.DeleteDropletAsync(1, Stop)).NotSent());
        Assert.Equal(UnknownReason.ConnectionLost, (await client.GetAccountAsync(Stop)).Unknown());
    }

    [Fact]
    public async Task A_layer_that_repeats_requests_cannot_send_a_body_twice()
    {
        await using var rig = await Rig.StartAsync(services: services => services.AddHttpClient("digitalocean-write").AddHttpMessageHandler(() => new Repeater()));
        rig.Inject(FaultKinds.DropAfterEffect);

        Assert.Equal(UnknownReason.ConnectionLost, (await rig.CreateAsync()).Unknown());
        Assert.Equal(1, rig.Simulator.CountRequests("POST", "/v2/droplets"));
    }

    [Fact]
    public async Task A_write_whose_deadline_has_passed_is_not_sent()
    {
        var clock = new FakeTimeProvider();
        await using var rig = await Rig.StartAsync();
        var deadline = SendDeadline.In(TimeSpan.FromSeconds(10), clock);

        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(NotSentReason.TooLate, (await rig.Client.CreateDropletAsync(Rig.Wish(), deadline, Stop)).NotSent());
        Assert.Equal(0, rig.Simulator.DropletCount);
        Assert.Equal(0, rig.Simulator.CountRequests("POST", "/v2/droplets"));
    }

    [Fact]
    public async Task A_write_before_its_deadline_is_sent()
    {
        var clock = new FakeTimeProvider();
        await using var rig = await Rig.StartAsync();
        var deadline = SendDeadline.In(TimeSpan.FromSeconds(10), clock);

        clock.Advance(TimeSpan.FromMilliseconds(9_999));

        (await rig.Client.CreateDropletAsync(Rig.Wish(), deadline, Stop)).Value();
    }

    [Fact]
    public async Task A_deadline_that_passes_between_the_decision_and_the_socket_still_holds_the_write_back()
    {
        var clock = new FakeTimeProvider();
        await using var rig = await Rig.StartAsync(services: services =>
            services.AddHttpClient("digitalocean-write").AddHttpMessageHandler(() => new Pause(clock, TimeSpan.FromSeconds(11))));

        var result = await rig.Client.CreateDropletAsync(Rig.Wish(), SendDeadline.In(TimeSpan.FromSeconds(10), clock), Stop);

        Assert.Equal(NotSentReason.TooLate, result.NotSent());
        Assert.Equal(0, rig.Simulator.DropletCount);
    }

    [Fact]
    public void A_deadline_does_not_follow_corrections_of_the_wall_clock()
    {
        var deadline = SendDeadline.In(TimeSpan.FromSeconds(10), new WallClockIn2099());
        Assert.False(deadline.HasPassed);
        Assert.False(SendDeadline.None.HasPassed);
        Assert.True(SendDeadline.In(TimeSpan.Zero).HasPassed);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown_not_explained()
    {
        await using var rig = await Rig.StartAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, cancelled.Token));
        Assert.Equal(0, rig.Simulator.DropletCount);
    }

    sealed class Repeater : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException)
            {
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }

    sealed class Pause(FakeTimeProvider clock, TimeSpan by) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            clock.Advance(by);
            return base.SendAsync(request, cancellationToken);
        }
    }

    sealed class WallClockIn2099 : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
