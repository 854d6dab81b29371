using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Grains.Papers;
using Webrana.Grains.Sweeping;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Papers;

/// <summary>The cluster's own service is away: what is printed here was printed by the one of the test, whose time stands still.</summary>
public sealed class LedgerPumpServiceTests : IAsyncLifetime
{
    readonly WatchedTime _time = new();
    WebranaCluster? _cluster;

    WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await WebranaCluster.StartAsync(configure: silo =>
    {
        silo.Services.Remove(silo.Services.Single(service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationFactory?.Method.ReturnType == typeof(LedgerPumpService)));
    });

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task Papers_stand_back_behind_charges_and_are_made_after_a_minute_and_a_half_though_those_never_end()
    {
        using var gate = Gate(places: 64);
        await gate.Enter(LaneTurn.Charge, TestContext.Current.CancellationToken);
        var user = await PaidAsync();
        using var service = await StartAsync(gate);

        // A question of the database each second: the service, too, gets its turn in between.
        for (var second = 1; second < LedgerPumpService.Patience.TotalSeconds - 1; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(0, await PapersAsync(user));
        }

        await PrintedAsync(user);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Papers_that_waited_for_a_wave_when_charging_began_take_their_turn_with_the_mails_after_as_long()
    {
        using var gate = Gate(places: 2);
        Task[] mails = [gate.Enter(LaneTurn.Mails), gate.Enter(LaneTurn.Mails)];
        Assert.All(mails, mail => Assert.True(mail.IsCompleted));
        var user = await PaidAsync();
        using var service = await StartAsync(gate);
        await _time.Waiting.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        var charge = gate.Enter(LaneTurn.Charge);
        gate.Leave(LaneTurn.Mails);
        gate.Leave(LaneTurn.Mails);
        Assert.True(charge.IsCompleted);

        _time.Advance(LedgerPumpService.Patience - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await PapersAsync(user));

        await PrintedAsync(user);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    LaneGate Gate(int places) => new(Options.Create(new SweepingOptions { LaneInFlight = places, LaneRest = 0 }), () => 1, _time);

    async Task<LedgerPumpService> StartAsync(LaneGate gate)
    {
        var service = new LedgerPumpService(Cluster.Services.GetRequiredService<LedgerPump>(), gate, _time, NullLogger<LedgerPumpService>.Instance);
        await service.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    async Task<UserId> PaidAsync()
    {
        var user = await Cluster.CustomerAsync(0);
        var id = $"tripay:{user}";
        Assert.True((await Cluster.Wallet(user).Credit(new CreditCommand(id, 200_000, new PostingReference(ReferenceType.Deposit, id, ContraAccount.Gateway, "Isi saldo")))).IsOk);
        return user;
    }

    Task<long> PrintedAsync(UserId user) => Eventually.Async(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return PapersAsync(user);
        },
        printed => printed == 1, WebranaCluster.Patience, "the paper is made");

    Task<long> PapersAsync(UserId user) => Cluster.CountAsync($"SELECT count(*) FROM papers WHERE wallet_id = '{user}'");

    /// <summary>Says when somebody began to wait for as long as papers have patience.</summary>
    sealed class WatchedTime : FakeTimeProvider
    {
        readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => _waiting.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == LedgerPumpService.Patience)
                _waiting.TrySetResult();
            return timer;
        }
    }
}
