using System.Globalization;
using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Monitoring;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;

namespace Webrana.Architecture.Tests;

/// <summary>Which calls promise a soon answer: the API cuts them off after that time and asks again by itself (ADR 50).</summary>
public sealed class AnswerTimeTests
{
    // What waits for the provider, the gateway, a server's own sshd or many other grains, for as long as those take.
    static readonly Type[] WaitForOthers =
    [
        typeof(IConsoleSessionGrain), typeof(IDigitalOceanAccountGrain), typeof(IDropletRebuildGrain), typeof(IDropletResizeGrain), typeof(IDropletUpkeepGrain),
        typeof(IDueGrain), typeof(IMetricsGrain), typeof(IMoneyArrivalGrain), typeof(IProviderFleetGrain), typeof(IRunwayGrain), typeof(ISweeperGrain),
        typeof(ITelegramBotGrain), typeof(ITripayAccountGrain),
    ];

    static readonly MethodInfo[] Calls =
    [
        .. typeof(AnswerWithin).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods().Where(method => !method.IsStatic)),
    ];

    [Fact]
    public void Every_call_of_a_wallet_promises_a_short_answer()
    {
        var wallet = Calls.Where(call => call.DeclaringType == typeof(IWalletGrain)).ToList();
        Assert.NotEmpty(wallet);
        Assert.All(wallet, call => Assert.Equal(Time(AnswerWithin.Short), Promised(call)));
    }

    [Fact]
    public void A_promise_is_one_of_the_two() =>
        Assert.All(Calls.Select(Promised).OfType<TimeSpan>(), time => Assert.Contains(time, new[] { Time(AnswerWithin.Short), Time(AnswerWithin.Long) }));

    [Fact]
    public void Calls_that_wait_for_others_promise_nothing()
    {
        var waiting = Calls.Where(call => WaitForOthers.Contains(call.DeclaringType!)).ToList();
        Assert.True(waiting.Count > 30, "the list names interfaces that are not there");
        // But for two. One stores a row of its own, and runs beside what its grain waits for: who books money waits for it. The other is asked every few
        // seconds of each sweeper, and waits for nobody before its first sweep; of a silo that died it would keep all sixteen away for half a minute.
        Assert.Equal(
            [$"{nameof(IMoneyArrivalGrain)}.{nameof(IMoneyArrivalGrain.Announce)}", $"{nameof(ISweeperGrain)}.{nameof(ISweeperGrain.EnsureRunning)}"],
            waiting.Where(call => Promised(call) is not null).Select(call => $"{call.DeclaringType!.Name}.{call.Name}").Order(StringComparer.Ordinal));
    }

    static TimeSpan? Promised(MethodInfo call) => call.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;

    static TimeSpan Time(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
