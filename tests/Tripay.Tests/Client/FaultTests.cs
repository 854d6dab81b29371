using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.Testing;
using Webrana.Tripay.Tests.Support;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Client;

/// <summary>What if it fails, arrives twice, late, or never?</summary>
public class FaultTests
{
    const string Create = "POST /api-sandbox/transaction/create";
    const string Detail = "GET /api-sandbox/transaction/detail";

    [Theory]
    [InlineData("drop_after_effect", 1)]
    [InlineData("drop_before_effect", 0)]
    [InlineData("status_500", 0)]
    [InlineData("status_500_after_effect", 1)]
    [InlineData("html_403", 0)]
    public async Task A_create_that_fails_is_unknown_is_sent_once_and_is_found_if_it_exists(string fault, int expected)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault(fault, path: "create");
        var order = TripaySandbox.Order();
        Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.CreateTransactionAsync(order, Until.Now));
        Assert.Equal(1, sandbox.Calls(Create));
        var found = Assert.IsType<TripayResult<IReadOnlyList<TripayTransaction>>.Ok>(await sandbox.Client.FindByMerchantRefAsync(order.MerchantRef, Until.Now)).Value;
        Assert.Equal(expected, found.Count);
        Assert.Equal(expected, sandbox.Simulator.Transactions.Count);
    }

    [Fact]
    public async Task A_create_on_a_connection_that_was_used_before_is_sent_once_too()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        await sandbox.CreateAsync();
        sandbox.Simulator.AddFault("drop_after_effect", path: "create");
        Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now));
        Assert.Equal(2, sandbox.Calls(Create));
        Assert.Equal(2, sandbox.Simulator.Transactions.Count);
    }

    [Fact]
    public async Task A_create_that_is_not_answered_in_time_is_unknown_and_sent_once()
    {
        // Also time enough for an ordinary call on a busy machine.
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.CreateTimeoutMs = 5_000);
        await sandbox.CreateAsync();
        sandbox.Simulator.AddFault("delay", path: "create");
        var unknown = Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now));
        Assert.Equal("no answer in time", unknown.Reason);
        Assert.Equal(2, sandbox.Calls(Create));
    }

    [Fact]
    public async Task A_name_that_breaks_the_gateway_is_an_unknown_outcome_too()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("status_500", path: "create");
        Assert.Equal("HTTP 500", Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order("DANA"), Until.Now)).Reason);
    }

    [Fact]
    public async Task A_blocked_address_is_a_refusal_with_the_gateways_words()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("whitelist_403");
        var refused = Assert.IsType<TripayResult<TripayTransaction>.Refused>(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now));
        Assert.Equal(403, refused.HttpStatus);
        Assert.StartsWith("Unauthorized IP", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status_500")]
    [InlineData("drop_before_effect")]
    [InlineData("drop_after_effect")]
    public async Task A_read_that_fails_twice_is_repeated_until_it_succeeds(string fault)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var reference = (await sandbox.CreateAsync()).Reference;
        sandbox.Simulator.AddFault(fault, count: 2);
        Assert.IsType<TripayResult<TripayTransaction>.Ok>(await sandbox.Client.GetTransactionAsync(reference, Until.Now));
        Assert.Equal(3, sandbox.Calls(Detail));
    }

    [Fact]
    public async Task A_read_that_is_slow_once_is_repeated()
    {
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.ReadTimeoutMs = 5_000);
        var reference = (await sandbox.CreateAsync()).Reference;
        sandbox.Simulator.AddFault("delay", path: "detail");
        Assert.IsType<TripayResult<TripayTransaction>.Ok>(await sandbox.Client.GetTransactionAsync(reference, Until.Now));
        Assert.Equal(2, sandbox.Calls(Detail));
    }

    [Fact]
    public async Task A_read_that_keeps_failing_is_unknown_and_its_attempts_are_bounded()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("status_500", count: 100);
        Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.GetTransactionAsync("R", Until.Now));
        Assert.Equal(3, sandbox.Calls(Detail));
    }

    [Fact]
    public async Task An_html_page_is_not_worth_a_repetition_and_not_an_exception()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("html_403");
        var unknown = Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.GetTransactionAsync("R", Until.Now));
        Assert.Contains("403", unknown.Reason, StringComparison.Ordinal);
        Assert.Equal(1, sandbox.Calls(Detail));
    }

    [Fact]
    public async Task A_lookup_that_fails_is_unknown_and_not_an_empty_list()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("status_500", count: 100);
        Assert.IsType<TripayResult<IReadOnlyList<TripayTransaction>>.Unknown>(await sandbox.Client.FindByMerchantRefAsync("M", Until.Now));
    }

    [Fact]
    public async Task Nobody_listening_is_an_unknown_outcome()
    {
        using var closed = new ClosedPort();
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.BaseUrl = $"http://{closed.EndPoint}/api-sandbox");
        Assert.Equal("the connection failed", Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now)).Reason);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.BaseUrl = receiver.Url);
        Assert.IsType<TripayResult<TripayTransaction>.Unknown>(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now));
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_the_callers()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Logs_name_outcomes_and_never_secrets_or_customers()
    {
        var log = new CapturedLog();
        await using var sandbox = await TripaySandbox.StartAsync(register: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)));
        await sandbox.CreateAsync();
        await sandbox.Client.GetTransactionAsync("NOPE", Until.Now);
        sandbox.Simulator.AddFault("status_500", count: 3);
        await sandbox.Client.FindByMerchantRefAsync("WBR-1", Until.Now);
        var text = string.Join('\n', log.Lines);
        Assert.Contains("refused GET transaction/detail with 404", text, StringComparison.Ordinal);
        Assert.Contains("outcome of Tripay GET merchant/transactions is unknown", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DEV-sandbox-api-key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox-private-key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("siti@example.com", text, StringComparison.Ordinal);
    }

    sealed class CapturedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
