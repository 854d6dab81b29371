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
    public async Task A_call_that_has_to_be_answered_soon_and_was_not_is_asked_again()
    {
        var lost = new Call(fails: 1, () => new TimeoutException()) { Within = TimeSpan.FromSeconds(5) };
        await RunAsync(lost);
        Assert.Equal(2, lost.Invocations);
    }

    [Fact]
    public async Task After_a_timeout_the_silo_may_still_be_gone_for_a_moment()
    {
        var failures = new Queue<Exception>([new TimeoutException(), new SiloUnavailableException("gone"), new SiloUnavailableException("gone")]);
        var lost = new Call(fails: 3, failures.Dequeue) { Within = TimeSpan.FromSeconds(5) };
        await RunAsync(lost);
        Assert.Equal(4, lost.Invocations);
    }

    [Fact]
    public async Task A_call_that_is_never_answered_in_time_is_given_up_when_its_budget_is_spent()
    {
        var within = TimeSpan.FromSeconds(5);
        var begun = _time.GetUtcNow();
        var lost = new Call(fails: int.MaxValue, () => new TimeoutException()) { Within = within, Waits = () => Task.Delay(within, _time) };
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync(lost));
        Assert.True(_time.GetUtcNow() - begun >= within + RepeatedCalls.Budget);
        // The third try begins five seconds after the first failure, a fourth would ten.
        Assert.InRange(lost.Invocations, 2, 3);
    }

    [Fact]
    public async Task A_timeout_of_a_call_that_promises_no_soon_answer_is_not_repeated()
    {
        var timeout = new Call(fails: 1, () => new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync(timeout));
        Assert.Equal(1, timeout.Invocations);
    }

    [Fact]
    public async Task A_bug_is_not_repeated()
    {
        var bug = new Call(fails: 1, () => new InvalidOperationException()) { Within = TimeSpan.FromSeconds(5) };
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(bug));
        Assert.Equal(1, bug.Invocations);
    }

    [Fact]
    public async Task Calls_that_wait_for_their_second_answer_count_as_repeated_until_it_comes()
    {
        var answer = new TaskCompletionSource();
        var calls = Enumerable.Range(0, RepeatedCalls.MostAtOnce).Select(_ => new Call(fails: 1, () => new TimeoutException())
        {
            Within = TimeSpan.FromSeconds(5),
            Answer = answer.Task,
        }).ToList();
        var running = Task.WhenAll(calls.Select(call => _filter.Invoke(call)));
        while (calls.Exists(call => call.Invocations < 2))
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        var oneMore = new Call(fails: 1, () => new SiloUnavailableException("gone"));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => _filter.Invoke(oneMore));

        answer.SetResult();
        await running;
        await RunAsync(oneMore = new Call(fails: 1, () => new SiloUnavailableException("gone")));
        Assert.Equal(2, oneMore.Invocations);
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

        /// <summary>What its contract promises; null for nothing.</summary>
        public TimeSpan? Within { get; init; }

        /// <summary>How long it takes to fail.</summary>
        public Func<Task> Waits { get; init; } = () => Task.CompletedTask;

        /// <summary>What its successful try waits for.</summary>
        public Task Answer { get; init; } = Task.CompletedTask;

        public async Task Invoke()
        {
            if (Invocations++ >= fails)
            {
                await Answer;
                return;
            }

            await Waits();
            throw failure();
        }

        public object Grain => this;

        public IInvokable Request => new Question(Within);

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

    sealed class Question(TimeSpan? within) : RequestBase
    {
        public override TimeSpan? GetDefaultResponseTimeout() => within;

        public override ValueTask<Response> Invoke() => throw new NotSupportedException();

        public override object GetTarget() => throw new NotSupportedException();

        public override void SetTarget(ITargetHolder holder) => throw new NotSupportedException();

        public override string GetMethodName() => "test";

        public override string GetInterfaceName() => "test";

        public override string GetActivityName() => "test/test";

        public override Type GetInterfaceType() => throw new NotSupportedException();

        public override MethodInfo GetMethod() => throw new NotSupportedException();

        public override void Dispose()
        {
        }
    }
}
