using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.DigitalOcean.Tests.Client;

/// <summary>Reads change nothing, so they may be asked again, within bounds.</summary>
public sealed class ReadRetryTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultKinds.Status500)]
    [InlineData(FaultKinds.Status429)]
    public async Task A_read_is_repeated_until_it_succeeds(string kind)
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(kind, fault => fault with { Count = 2, Seconds = 0 });

        (await rig.Client.GetAccountAsync(Stop)).Value();
        Assert.Equal(3, rig.Simulator.CountRequests("GET", "/v2/account"));
    }

    [Fact]
    public async Task A_read_is_not_repeated_for_ever()
    {
        await using var rig = await Rig.StartAsync(client: options => options.ReadRetries = 2);
        rig.Inject(FaultKinds.Status500, fault => fault with { Count = -1 });

        Assert.Equal(UnknownReason.ServerError, (await rig.Client.GetAccountAsync(Stop)).Unknown());
        Assert.Equal(3, rig.Simulator.CountRequests("GET", "/v2/account"));
    }

    [Fact]
    public async Task A_long_retry_after_is_the_callers_to_wait_for()
    {
        await using var rig = await Rig.StartAsync();
        rig.Inject(FaultKinds.Status429, fault => fault with { Seconds = 3000 });

        var refusal = (await rig.Client.GetAccountAsync(Stop)).Refusal();
        Assert.Equal((true, TimeSpan.FromSeconds(3000)), (refusal.IsRateLimited, refusal.RetryAfter));
        Assert.Equal(1, rig.Simulator.CountRequests("GET", "/v2/account"));
    }

    [Fact]
    public async Task A_short_retry_after_is_waited_for_in_full()
    {
        var clock = new FakeTimeProvider();
        var asked = new List<DateTimeOffset>();
        await using var stub = await StubProvider.AnsweringAsync(
            async http =>
            {
                asked.Add(clock.GetUtcNow());
                if (asked.Count == 1)
                {
                    http.Response.StatusCode = 429;
                    http.Response.Headers.RetryAfter = "4";
                    return;
                }
                await http.Response.WriteAsync("""{"account":{"uuid":"u","droplet_limit":3}}""", Stop);
            },
            options => (options.Clock, options.ReadTimeout, options.ReadAttemptTimeout) = (clock, TimeSpan.FromDays(2), TimeSpan.FromHours(23)));

        var reading = stub.Client.GetAccountAsync(Stop);
        while (!reading.IsCompleted)
        {
            // In small steps: until a slow machine has answered, many of them must not come to the hours of a timeout.
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        Assert.Equal(3, (await reading).Value().DropletLimit);
        Assert.True(asked[1] - asked[0] >= TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData("401")]
    [InlineData("404")]
    [InlineData("422")]
    public async Task A_refusal_is_not_repeated(string status)
    {
        await using var stub = await StubProvider.AnsweringAsync(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), "{}");
        (await stub.Client.GetAccountAsync(Stop)).Refusal();
        Assert.Equal(1, stub.Calls);
    }

    [Fact]
    public async Task A_read_that_breaks_off_is_asked_again()
    {
        const string account = """{"account":{"uuid":"u","droplet_limit":3}}""";
        await using var server = new RudeServer(number => number switch
        {
            1 => null,
            2 => "HTTP/1.1 200 OK\r\ncontent-length: 50\r\nconnection: close\r\n\r\n{\"acco",
            _ => RudeServer.Http(200, account),
        });
        await using var services = Rig.Services();
        var client = services.GetRequiredService<DigitalOceanClientFactory>().For(server.BaseUrl, "t");

        Assert.Equal(3, (await client.GetAccountAsync(Stop)).Value().DropletLimit);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_read_that_never_answers_is_unknown()
    {
        await using var rig = await Rig.StartAsync(client: options => options.ReadTimeout = TimeSpan.FromMilliseconds(400));
        rig.Inject(FaultKinds.Delay, fault => fault with { Count = -1 });
        Assert.Equal(UnknownReason.Timeout, (await rig.Client.GetAccountAsync(Stop)).Unknown());
    }

    [Fact]
    public async Task An_attempt_that_hangs_is_given_up_and_repeated()
    {
        var clock = new FakeTimeProvider();
        var arrived = new TaskCompletionSource();
        await using var stub = await StubProvider.AnsweringAsync(
            async http =>
            {
                if (arrived.TrySetResult())
                    await Aborted(http);
                else
                    await http.Response.WriteAsync("""{"account":{"uuid":"u","droplet_limit":3}}""", Stop);
            },
            options => (options.Clock, options.ReadTimeout, options.ReadAttemptTimeout) = (clock, TimeSpan.FromDays(2), TimeSpan.FromHours(23)));

        var reading = stub.Client.GetAccountAsync(Stop);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        clock.Advance(TimeSpan.FromHours(23));
        while (!reading.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        (await reading).Value();
        Assert.Equal(2, stub.Calls);
    }

    /// <summary>Ends when the client gives up.</summary>
    static Task Aborted(HttpContext http)
    {
        var aborted = new TaskCompletionSource();
        http.RequestAborted.Register(aborted.SetResult);
        return aborted.Task;
    }
}
