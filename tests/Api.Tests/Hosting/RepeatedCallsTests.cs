using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using Webrana.Api.Hosting;

namespace Webrana.Api.Tests.Hosting;

/// <summary>A silo that goes away is the API's affair, within a budget.</summary>
public sealed class RepeatedCallsTests
{
    readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    readonly RepeatedCalls _filter;

    public RepeatedCallsTests() => _filter = new RepeatedCalls(
        _time, new Random(7), new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    [Fact]
    public async Task A_call_whose_silo_stopped_is_asked_again_and_succeeds()
    {
        var call = new Call(fails: 3, () => new SiloUnavailableException("gone"));
        await RunAsync(call);
        Assert.Equal(4, call.Invocations);
    }

    [Fact]
    public async Task A_rejected_message_is_asked_again()
    {
        var call = new Call(fails: 1, () => (Exception)Activator.CreateInstance(
            typeof(OrleansMessageRejectionException), BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, ["shutting down"], null)!);
        await RunAsync(call);
        Assert.Equal(2, call.Invocations);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_budget()
    {
        var call = new Call(fails: int.MaxValue, () => new SiloUnavailableException("gone"));
        var begun = _time.GetUtcNow();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => RunAsync(call));
        Assert.True(_time.GetUtcNow() - begun >= RepeatedCalls.Budget);
        // Pauses double from 50 ms to a second: more tries than these do not fit into it.
        Assert.InRange(call.Invocations, 3, 30);
    }

    [Fact]
    public async Task What_is_not_about_the_silo_is_not_repeated()
    {
        var timeout = new Call(fails: 1, () => new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync(timeout));
        Assert.Equal(1, timeout.Invocations);
    }

    [Fact]
    public async Task An_outage_of_everything_is_not_answered_by_a_storm()
    {
        var calls = Enumerable.Range(0, RepeatedCalls.MostAtOnce + 50).Select(_ => new Call(fails: int.MaxValue, () => new SiloUnavailableException("gone"))).ToList();
        var running = calls.Select(call => _filter.Invoke(call)).ToList();

        Assert.Equal(50, running.Count(one => one.IsFaulted));
        await DrainAsync(Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default));
    }

    Task RunAsync(Call call) => DrainAsync(_filter.Invoke(call));

    async Task DrainAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await work;
    }

    sealed class Call(int fails, Func<Exception> failure) : IOutgoingGrainCallContext
    {
        public int Invocations { get; private set; }

        public Task Invoke() => Invocations++ < fails ? Task.FromException(failure()) : Task.CompletedTask;

        public object Grain => this;

        public IInvokable Request => throw new NotSupportedException();

        public MethodInfo InterfaceMethod => throw new NotSupportedException();

        public string InterfaceName => "test";

        public string MethodName => "test";

        public object? Result { get; set; }

        public Response? Response { get; set; }

        public GrainId? SourceId => null;

        public GrainId TargetId => default;

        public GrainInterfaceType InterfaceType => default;

        public IGrainContext? SourceContext => null;
    }
}
