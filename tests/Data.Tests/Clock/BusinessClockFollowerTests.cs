using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data.Clock;

namespace Webrana.Data.Tests.Clock;

public sealed class BusinessClockFollowerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly MigratedDatabase _database = new();
    private NpgsqlDataSource? _owner;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _owner = NpgsqlDataSource.Create(_database.Database.OwnerConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _owner!.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_move_reaches_every_process_and_counts_as_seen_only_when_its_handlers_are_done()
    {
        var control = new BusinessClockControl(_owner!);
        var (clock, follower) = Process("one");
        var entered = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        clock.Jumped += async (_, _) =>
        {
            entered.SetResult();
            await finish.Task;
        };
        await follower.StartAsync(CancellationToken.None);
        try
        {
            var version = await control.MoveToAsync(await control.NowAsync() + TimeSpan.FromDays(30));
            await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Equal(version, clock.Version);
            // Days against what two looks at flowing time lie apart on a busy machine.
            Assert.InRange((clock.GetUtcNow() - await control.NowAsync()).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));

            // The process is known to be alive and behind as long as its handler works.
            await Testing.Eventually.Async(async () => (await control.BehindAsync(version!.Value)).SequenceEqual(["one"]), Patience);
            finish.SetResult();
            await Testing.Eventually.Async(async () => (await control.BehindAsync(version!.Value)).Count == 0, Patience);
        }
        finally
        {
            await follower.StopAsync(CancellationToken.None);
        }

        Assert.Equal(0, await _database.Database.ScalarAsync<long>("SELECT count(*) FROM business_clock_seen"));
    }

    [Fact]
    public async Task A_failed_handler_runs_again()
    {
        var control = new BusinessClockControl(_owner!);
        var (clock, follower) = Process("two");
        var attempts = 0;
        clock.Jumped += (_, _) => ++attempts == 1 ? throw new InvalidOperationException("the sweep failed") : Task.CompletedTask;
        await follower.StartAsync(CancellationToken.None);
        try
        {
            var version = await control.MoveToAsync(await control.NowAsync() + TimeSpan.FromHours(1));
            await Testing.Eventually.Async(
                () => _database.Database.ScalarAsync<long>($"SELECT count(*) FROM business_clock_seen WHERE version = {version}"), seen => seen == 1, Patience);
            Assert.Equal(2, attempts);
        }
        finally
        {
            await follower.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_process_that_starts_late_has_the_moved_time_from_its_first_moment()
    {
        var control = new BusinessClockControl(_owner!);
        await control.MoveToAsync(await control.NowAsync() + TimeSpan.FromDays(400));
        var (clock, follower) = Process("late");
        await follower.StartAsync(CancellationToken.None);
        Assert.True(clock.Offset > TimeSpan.FromDays(399));
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_clock_is_not_turned_back()
    {
        var control = new BusinessClockControl(_owner!);
        var now = await control.NowAsync();
        Assert.Null(await control.MoveToAsync(now - TimeSpan.FromSeconds(1)));
        Assert.InRange((await control.NowAsync() - now).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Production_refuses_the_clock_and_without_it_time_is_the_systems()
    {
        var production = Host("Production", clock: true);
        Assert.Throws<InvalidOperationException>(() => production.AddBusinessClock());

        var plain = Host("Production", clock: false).AddBusinessClock();
        Assert.Same(TimeProvider.System, plain.Services.BuildServiceProvider().GetRequiredService<TimeProvider>());

        var sandbox = Host("Development", clock: true).AddBusinessClock();
        sandbox.Services.AddSingleton(_database.Sources);
        using var services = sandbox.Services.BuildServiceProvider();
        Assert.IsType<BusinessClock>(services.GetRequiredService<TimeProvider>());
    }

    private static HostApplicationBuilder Host(string environment, bool clock)
    {
        var host = new HostApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment, DisableDefaults = true });
        host.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Sandbox:Clock"] = clock ? "true" : "false" });
        return host;
    }

    private (BusinessClock Clock, BusinessClockFollower Follower) Process(string name)
    {
        var clock = new BusinessClock();
        return (clock, new BusinessClockFollower(
            clock, _database.Sources, new BusinessClockOptions { Clock = true, Process = name }, NullLogger<BusinessClockFollower>.Instance));
    }
}
