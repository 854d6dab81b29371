using System.Diagnostics;
using Microsoft.AspNetCore.DataProtection;
using Webrana.Api.Consoles;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Ssh;

namespace Webrana.ConsoleBench;

/// <summary>
/// The API's console path as it is in production (Kestrel, origin, sealed ticket, guard, pump, watch), in a process of its own. Only the
/// cluster is missing: the ticket is good, and whoever asks may go on.
/// </summary>
static class ProxyHost
{
    public const string Panel = "http://panel.bench";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Sandbox" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Console:AllowPrivateAddresses"] = "true";
        builder.Configuration["Console:AllowedHosts:0"] = "127.0.0.1";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.Configure<WebOptions>(web => web.PublicUrl = Panel);
        builder.AddConsoles();
        builder.Services.AddSingleton<IDeparture, PromptDeparture>();
        var access = new OpenAccess();
        builder.Services.AddSingleton<IConsoleAccess>(access);
        var app = builder.Build();
        app.UseWebSockets();
        app.MapConsoleSocket();
        app.MapPost("/door", (SshTarget door) =>
        {
            access.Door = door;
        });
        // Without a screen's address the ticket is for a terminal.
        app.MapGet("/ticket", (string? url, ConsoleTickets tickets) =>
        {
            var pass = new ConsolePass(
                Guid.NewGuid(), new InstanceId(Guid.NewGuid()), new UserId(Guid.NewGuid()), Guid.NewGuid(), false, url is null ? ConsoleKind.Ssh : ConsoleKind.Vnc,
                TimeProvider.System.GetUtcNow().AddMinutes(1), ConsoleTickets.NewSecret());
            access.Urls[pass.Session] = url;
            return $"{pass.Instance} {tickets.Seal(pass)}";
        });
        app.MapGet("/memory", () =>
        {
            // What opening left behind is given back to the system, not kept for the next time: only what is in use is counted.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var self = Process.GetCurrentProcess();
            return $"{self.WorkingSet64}";
        });
        await app.StartAsync();
        // The parent reads where we listen, and ends us by closing our input.
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    sealed class OpenAccess : IConsoleAccess
    {
        public System.Collections.Concurrent.ConcurrentDictionary<Guid, string?> Urls { get; } = new();

        public SshTarget? Door { get; set; }

        public Task<Result<ConsoleUpstream, ConsoleError>> RedeemAsync(ConsolePass pass, CancellationToken cancellation) =>
            Task.FromResult<Result<ConsoleUpstream, ConsoleError>>(new ConsoleUpstream(pass.User, Urls[pass.Session], null));

        public Task<IConsoleHints> ListenAsync(ConsolePass pass, UserId owner) => Task.FromResult<IConsoleHints>(new NoHints());

        public Task<ConsoleEnd?> CheckAsync(ConsolePass pass, CancellationToken cancellation) => Task.FromResult<ConsoleEnd?>(null);

        public Task<ConsoleDoor> OpenSshAsync(ConsolePass pass) =>
            Task.FromResult(new ConsoleDoor(Door ?? throw new InvalidOperationException("No door was named."), _ => Task.FromResult(true)));

        public Task EndAsync(ConsolePass pass, ConsoleTraffic traffic) => Task.CompletedTask;
    }

    sealed class NoHints : IConsoleHints
    {
        public Task NextAsync(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);

        public Task RenewAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
