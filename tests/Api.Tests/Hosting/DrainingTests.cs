using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Hosting;
using Webrana.Api.Tests.Support;
using Webrana.Testing;

namespace Webrana.Api.Tests.Hosting;

/// <summary>An API that stops cuts nobody off: the server is the real one, and only the time of the drain is turned.</summary>
public sealed class DrainingTests
{
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_api_that_stops_says_so_serves_until_its_balancer_has_noticed_and_finishes_what_it_has_begun()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        await using var app = Build(time);
        var (begun, mayEnd, streaming) = (NewSignal(), NewSignal(), NewSignal());
        app.MapGet("/slow", async () =>
        {
            begun.SetResult();
            await mayEnd.Task;
            return "whole";
        });
        app.MapGet("/quick", () => "here");
        // As streams of events and consoles do: it lasts until the process leaves.
        var leaving = app.Services.GetRequiredService<IDeparture>().Leaving;
        app.MapGet("/stream", async () =>
        {
            var left = NewSignal();
            await using var told = leaving.Register(left.SetResult);
            streaming.SetResult();
            await left.Task;
            return "to the end";
        });
        await app.StartAsync(cancellation);
        var address = new Uri(app.Urls.Single());
        using var http = new HttpClient { BaseAddress = address, Timeout = ApiHost.Patience };
        using (var before = await http.GetAsync(new Uri("/quick", UriKind.Relative), cancellation))
            Assert.Null(before.Headers.ConnectionClose);
        var slow = http.GetStringAsync(new Uri("/slow", UriKind.Relative), cancellation);
        await begun.Task.WaitAsync(ApiHost.Patience, cancellation);
        var stream = http.GetStringAsync(new Uri("/stream", UriKind.Relative), cancellation);
        // On a busy machine it may otherwise come to a door that has been closed meanwhile.
        await streaming.Task.WaitAsync(ApiHost.Patience, cancellation);

        // What SIGTERM does, in this order.
        app.Lifetime.StopApplication();
        var stopping = app.StopAsync(cancellation);

        Assert.Equal(HealthStatus.Unhealthy, (await new Readiness(null!, null!, app.Lifetime).CheckHealthAsync(new HealthCheckContext(), cancellation)).Status);
        using (var during = await http.GetAsync(new Uri("/quick", UriKind.Relative), cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, during.StatusCode);
            Assert.True(during.Headers.ConnectionClose);
        }

        Assert.False(leaving.IsCancellationRequested, "whoever is cut off now may come back to this very process");
        time.Advance(Drain);
        Assert.Equal("to the end", await stream);
        await Eventually.Async(() => IsRefusedAsync(address, cancellation), ApiHost.Patience, "nobody is let in any more", cancellation);
        Assert.False(stopping.IsCompleted, "something is still being answered");
        mayEnd.SetResult();
        Assert.Equal("whole", await slow);
        await stopping.WaitAsync(ApiHost.Patience, cancellation);
    }

    [Fact]
    public void A_drain_that_leaves_no_time_to_finish_is_refused_at_the_start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Edge:DrainSeconds"] = "20" });

        Assert.Throws<InvalidOperationException>(() => builder.AddDraining());
    }

    static WebApplication Build(TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Sandbox", ContentRootPath = AppContext.BaseDirectory });
        // The bound of the whole is real time: far away.
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Edge:DrainSeconds"] = "5", ["Edge:ShutdownSeconds"] = "600" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time);
        builder.AddDraining();
        var app = builder.Build();
        app.UseEdge();
        return app;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    static async Task<bool> IsRefusedAsync(Uri address, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellation);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }
}
