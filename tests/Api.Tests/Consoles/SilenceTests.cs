using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Api.Consoles;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;

namespace Webrana.Api.Tests.Consoles;

/// <summary>A far side that is connected and dead: its machine lost power, or the way swallows everything.</summary>
public sealed class SilenceTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_screen_that_answers_no_ping_is_given_up()
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await SilentProviderAsync(over.Task);
        var settings = new ConsoleOptions { AllowPrivateAddresses = true, KeepAliveEvery = TimeSpan.FromSeconds(1), StallLimit = TimeSpan.FromSeconds(1) };
        settings.AllowedHosts.Add("127.0.0.1");
        var options = Options.Create(settings);
        var guard = new UpstreamGuard(options);
        using var lines = new ConsoleLines(guard, new SshConnector(guard, options), options);
        try
        {
            var url = provider.Urls.First().Replace("http", "ws", StringComparison.Ordinal);
            await using var line = await lines.ConnectAsync(new ConsoleUpstream(new UserId(Guid.NewGuid()), url, null), () => throw new NotSupportedException(), Stop);
            var end = await Record.ExceptionAsync(() => line.ReadAsync(Memory<byte>.Empty, Stop).AsTask().WaitAsync(ApiHost.Patience, Stop));
            Assert.True(end is WebSocketException or OperationCanceledException, $"{end}");
        }
        finally
        {
            over.SetResult();
        }
    }

    /// <summary>Takes a screen's connection and then says nothing: whoever does not receive answers no ping.</summary>
    static async Task<WebApplication> SilentProviderAsync(Task over)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync("binary");
            await over;
        });
        await app.StartAsync(Stop);
        return app;
    }
}
