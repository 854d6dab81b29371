using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Webrana.Client;
using Webrana.Testing;
using Webrana.Wire.Admin;
using Webrana.Wire.Consoles;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;

namespace Webrana.Cluster.Tests;

/// <summary>
/// One of two silos is killed with SIGKILL while orders, top-ups and debits run and a console is open. The driver keeps what it was promised;
/// afterwards the books are compared with it both ways, and the console goes on.
/// </summary>
[Collection(RunningSandbox.Collection)]
public sealed class KillTests
{
    private const int Customers = 8;
    private const long StartIdr = 1_000_000;
    private static readonly TimeSpan LoadBeforeKill = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LoadAfterKill = TimeSpan.FromSeconds(8);

    // From the kill itself on.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(120);

    // Orleans by itself leaves a call that the silo took with it waiting for thirty seconds.
    private static readonly TimeSpan Served = TimeSpan.FromSeconds(25);

    private readonly ConcurrentBag<(string UserId, AdjustmentAnswer Row, long AmountIdr)> _adjustments = [];
    private readonly ConcurrentBag<string> _paidDeposits = [];
    private readonly ConcurrentBag<string> _orders = [];
    private readonly ConcurrentBag<string> _unexpected = [];
    private readonly ConcurrentBag<TimeSpan> _waits = [];

    [Fact(Timeout = 900_000), Trait("Category", "Chaos")]
    public async Task A_killed_silo_loses_nothing_acknowledged_and_repeats_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var sandbox = await RunningSandbox.StartAsync(FreeBlock.PortBase(), cancellation);
        var admin = await sandbox.SignInAdminAsync(cancellation);
        var customers = new List<Customer>();
        for (var i = 0; i < Customers; i++)
        {
            var customer = await sandbox.NewCustomerAsync($"budi{i}", cancellation);
            customers.Add(customer);
            await Adjust(admin, customer, StartIdr, cancellation);
        }

        var watcher = await sandbox.NewCustomerAsync("konsol", cancellation);
        await Adjust(admin, watcher, StartIdr, cancellation);
        var watched = await OrderRunning(watcher, cancellation);
        using var screen = await OpenScreen(sandbox, watcher, watched, cancellation);

        var loading = true;
        bool running() => Volatile.Read(ref loading) && !cancellation.IsCancellationRequested;
        var work = Task.WhenAll(customers.SelectMany((customer, i) => new[]
        {
            Task.Run(() => AdjustWhile(running, admin, customer, cancellation), cancellation),
            Task.Run(() => TopUpWhile(running, sandbox, customer, cancellation), cancellation),
            Task.Run(() => OrderWhile(running, customer, i, cancellation), cancellation),
        }));

        await Settled(LoadBeforeKill, work);
        var killedAt = Stopwatch.StartNew();
        using (var victim = Process.GetProcessById(sandbox.Addresses.Processes.First(p => p.Role.StartsWith("silo", StringComparison.Ordinal)).Pid))
            victim.Kill();
        await Settled(LoadAfterKill, work);
        Volatile.Write(ref loading, false);
        await work;

        await Eventually.Async(
            () => sandbox.ScalarAsync<long>(
                "select (select count(*) from wallets where held <> 0)"
                + " + (select count(*) from grain_state where state = 'droplet' and status in ('PROVISIONING', 'TERMINATING'))"
                + " + (select count(*) from grain_state where state = 'deposit' and status = 'PENDING' and key = any (select 'deposit:' || unnest(string_to_array('"
                + string.Join(',', _paidDeposits) + "', ','))))",
                cancellation),
            open => open == 0, Recovery - killedAt.Elapsed, "nothing held, provisioning, terminating or paid but pending", cancellation);
        var settledAfter = killedAt.Elapsed;

        Assert.Empty(_unexpected);
        Assert.True(_waits.Max() < Served, $"somebody waited {_waits.Max().TotalSeconds:0.0} s for the booking of an adjustment");
        await Invariants.HoldAsync(sandbox, cancellation);
        await EveryAcknowledgedAdjustmentIsOneRow(sandbox, cancellation);
        await EveryPaidDepositIsCredited(sandbox, cancellation);
        await DropletsAndServersAreTheSame(sandbox, cancellation);
        await TheScreenGoesOnAndEndsWhenItMust(sandbox, admin, watched, screen, cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_adjustments.Count} adjustments, {_paidDeposits.Count} paid deposits, {_orders.Count} orders;"
            + $" the longest wait for an adjustment {_waits.Max()}; settled {settledAfter} after the kill");
        Assert.True(_adjustments.Count > Customers + 1 && !_paidDeposits.IsEmpty && !_orders.IsEmpty, "the load was no load");
    }

    private async Task<string> OrderRunning(Customer customer, CancellationToken cancellation)
    {
        var order = await Insist(
            key => customer.Session.CreateOrderAsync(new CreateOrderRequest(SmallestPlan, "sgp1", "ubuntu-24-04-x64", "konsol"), key, cancellation), cancellation);
        var instance = order!.InstanceId;
        _orders.Add(instance);
        await Eventually.Async(
            async () => (await customer.Session.InstanceAsync(instance, cancellation)).Value?.Status == InstanceStatus.Running, Recovery, "the watched server runs", cancellation);
        return instance;
    }

    /// <summary>A console as a browser opens it, as far as the screen's first words.</summary>
    private static async Task<ClientWebSocket> OpenScreen(RunningSandbox sandbox, Customer customer, string instance, CancellationToken cancellation)
    {
        var ticket = await Answers.Ok(customer.Session.ConsoleAsync(instance, ConsoleKind.Vnc, cancellationToken: cancellation));
        var screen = new ClientWebSocket();
        screen.Options.AddSubProtocol(ConsoleProtocol.Name);
        screen.Options.AddSubProtocol(ConsoleProtocol.TicketPrefix + ticket.Ticket);
        screen.Options.SetRequestHeader("Origin", new Uri(sandbox.Addresses.Web).GetLeftPart(UriPartial.Authority));
        await screen.ConnectAsync(new Uri(ticket.WebSocketUrl), cancellation);
        Assert.Contains("\"ready\":true", Encoding.UTF8.GetString(await Hear(screen, cancellation)), StringComparison.Ordinal);
        Assert.Equal("RFB 003.008\n", Encoding.ASCII.GetString(await Hear(screen, cancellation)));
        return screen;
    }

    /// <summary>Its bytes pass no silo, and whether it may go on is asked of the one that is left.</summary>
    private static async Task TheScreenGoesOnAndEndsWhenItMust(
        RunningSandbox sandbox, WebranaSession admin, string instance, ClientWebSocket screen, CancellationToken cancellation)
    {
        await screen.SendAsync("RFB 003.008\n"u8.ToArray(), WebSocketMessageType.Binary, true, cancellation);
        Assert.Equal(new byte[] { 1, 1 }, await Hear(screen, cancellation));
        Assert.Equal(1, await sandbox.ScalarAsync<int>(
            $"select jsonb_array_length(payload -> 'consoles') from grain_state where state = 'droplet' and key = 'droplet:{instance}'", cancellation));

        await Answers.Ok(admin.Admin.EndConsolesAsync(instance, new DeskActRequest("kill test"), IdempotencyKey.New(), cancellation));
        Assert.Empty(await Hear(screen, cancellation));
        Assert.Equal("revoked", screen.CloseStatusDescription);
    }

    /// <summary>The next message; nothing when it is the end.</summary>
    private static async Task<byte[]> Hear(ClientWebSocket screen, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Recovery);
        var buffer = new byte[1024];
        var received = await screen.ReceiveAsync(buffer.AsMemory(), patience.Token);
        return buffer[..received.Count];
    }

    private static async Task Settled(TimeSpan time, Task work)
    {
        // Load runs for a stretch of real time: the one thing this test is about. An early end of the work is a failure of the work.
        var first = await Task.WhenAny(work, Elapsed(time));
        if (first == work)
            await work;
    }

    private static async Task Elapsed(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private async Task AdjustWhile(Func<bool> running, WebranaSession admin, Customer customer, CancellationToken cancellation)
    {
        for (var n = 0; running(); n++)
            await Adjust(admin, customer, n % 3 == 0 ? 1_000 : -500, cancellation);
    }

    private async Task Adjust(WebranaSession admin, Customer customer, long amountIdr, CancellationToken cancellation)
    {
        var asked = Stopwatch.GetTimestamp();
        var row = await Insist(
            key => admin.Admin.AdjustAsync(customer.UserId, new CreateAdjustmentRequest(amountIdr, "kill test"), key, cancellation), cancellation);
        _waits.Add(Stopwatch.GetElapsedTime(asked));
        if (row is not null)
            _adjustments.Add((customer.UserId, row, amountIdr));
    }

    private async Task TopUpWhile(Func<bool> running, RunningSandbox sandbox, Customer customer, CancellationToken cancellation)
    {
        while (running())
        {
            var deposit = await Insist(
                key => customer.Session.CreateDepositAsync(new CreateDepositRequest(50_000, "BRIVA"), key, cancellation), cancellation,
                acceptable: ["too_many_pending_deposits", "gateway_unavailable"]);
            if (deposit is null)
                continue;
            await sandbox.PayAsync(deposit.PaymentRef!, cancellation);
            _paidDeposits.Add(deposit.Id);
        }
    }

    private async Task OrderWhile(Func<bool> running, Customer customer, int index, CancellationToken cancellation)
    {
        for (var n = 0; running() && n < 3; n++)
        {
            var name = $"web-{index}-{n}";
            var order = await Insist(
                key => customer.Session.CreateOrderAsync(
                    new CreateOrderRequest(SmallestPlan, "sgp1", "ubuntu-24-04-x64", name), key, cancellation),
                cancellation, acceptable: ["insufficient_balance"]);
            if (order is not null)
                _orders.Add(order.InstanceId);
        }
    }

    // The seed's smallest plan.
    private const string SmallestPlan = "basic-1";

    /// <summary>Repeats one intent under one key until the answer is definite: that is what the key is for.</summary>
    private async Task<T?> Insist<T>(
        Func<IdempotencyKey, Task<ApiResult<T>>> call, CancellationToken cancellation, params string[] acceptable)
        where T : class
    {
        var key = IdempotencyKey.New();
        return await Eventually.Async(
            async () =>
            {
                var answer = await call(key);
                if (answer.IsOk)
                    return (Settled: true, answer.Value);
                var code = answer.Failure.Code;
                if (answer.Failure.OutcomeUnknown || answer.Failure.Status is 503 or 429 || code is "idempotency_in_progress")
                    return (Settled: acceptable.Contains(code), default(T));
                if (!acceptable.Contains(code))
                    _unexpected.Add($"{typeof(T).Name}: {answer.Failure.Status} {code} {answer.Failure.Problem?.Detail}");
                return (Settled: true, default(T));
            },
            answer => answer.Settled, TimeSpan.FromSeconds(110), $"a definite answer about a {typeof(T).Name}", cancellation)
            is var (_, value) ? value : null;
    }

    private async Task EveryAcknowledgedAdjustmentIsOneRow(RunningSandbox sandbox, CancellationToken cancellation)
    {
        Assert.Equal(_adjustments.Count, _adjustments.Select(a => a.Row.Id).Distinct().Count());
        Assert.Equal(_adjustments.Count, await sandbox.ScalarAsync<long>(
            "select count(*) from wallet_transactions where reference_type = 'ADJUSTMENT'", cancellation));
        Assert.Equal(_adjustments.Sum(a => a.AmountIdr), await sandbox.ScalarAsync<decimal>(
            "select sum(amount) from wallet_transactions where reference_type = 'ADJUSTMENT'", cancellation));
    }

    private async Task EveryPaidDepositIsCredited(RunningSandbox sandbox, CancellationToken cancellation)
    {
        Assert.Equal(_paidDeposits.Count, await sandbox.ScalarAsync<long>(
            "select count(*) from wallet_transactions where reference_type = 'DEPOSIT'", cancellation));
        foreach (var id in _paidDeposits)
            Assert.Equal(1, await sandbox.ScalarAsync<long>(
                $"select count(*) from wallet_transactions where reference_type = 'DEPOSIT' and reference_id = '{id}' and amount = 50000", cancellation));
    }

    private async Task DropletsAndServersAreTheSame(RunningSandbox sandbox, CancellationToken cancellation)
    {
        var tagged = (await sandbox.ProviderDropletsAsync(cancellation))
            .SelectMany(d => d.Tags).Where(t => t.StartsWith("webrana-", StringComparison.Ordinal)).Order().ToList();
        Assert.Equal(tagged.Distinct(), tagged);
        foreach (var instance in _orders)
        {
            var status = await sandbox.ScalarAsync<string>($"select status from grain_state where state = 'droplet' and key = 'droplet:{instance}'", cancellation);
            Assert.Equal("RUNNING", status);
            Assert.Single(tagged, t => t.EndsWith(instance, StringComparison.Ordinal));
            Assert.Equal(1, await sandbox.ScalarAsync<long>(
                $"select count(*) from wallet_transactions where operation_id = 'order:{instance}:capture'", cancellation));
        }

        Assert.Equal(_orders.Count, tagged.Count);
    }
}
