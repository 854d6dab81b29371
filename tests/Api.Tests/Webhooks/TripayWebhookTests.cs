using System.Diagnostics;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using System.Diagnostics.Metrics;
using Webrana.Api.Tests.Support;
using Webrana.Api.Webhooks;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Data.Faults;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Testing;
using Webrana.Wire.Deposits;
using Webrana.Wire.Wallets;
using DepositStatus = Webrana.Wire.Deposits.DepositStatus;

namespace Webrana.Api.Tests.Webhooks;

/// <summary>Its own host: callbacks are switched off at the gateway, so that the test alone says what arrives.</summary>
public sealed class TripayWebhookTests(TripayWebhookTests.SilentGateway api) : IClassFixture<TripayWebhookTests.SilentGateway>
{
    readonly HttpClient _http = api.Host.Anonymous();

    async Task<(TestUser User, Deposit Deposit)> NewDepositAsync(long amount = 200_000)
    {
        var user = await api.Host.NewCustomerAsync();
        var deposit = await user.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(amount, "BRIVA")).ReadAsync<Deposit>(HttpStatusCode.Created);
        Assert.Equal(DepositStatus.Pending, deposit.Status);
        return (user, deposit);
    }

    static Callback Paid(Deposit deposit) => Callback.Signed(Callback.BodyOf(deposit.PaymentRef, deposit.MerchantRef, deposit.AmountToPay));

    static Task<Wallet> WalletOf(TestUser user) => user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>();

    /// <summary>What a busy machine does not tell the grain in time is answered false, upon which the gateway comes again.</summary>
    static async Task<bool> TakenAsync(Callback callback, HttpClient http) => await Eventually.Async(
        () => callback.PostAsync(http), taken => taken, ApiHost.Patience, "the callback is taken", TestContext.Current.CancellationToken);

    Task<long> InboxRows(string reference) => api.Host.Database.ScalarAsync<long>($"select count(*) from payment_inbox where reference = '{reference}'");

    /// <summary>What a row that is handled says; nothing of one that is not.</summary>
    Task<string> VerdictOf(Deposit deposit) => api.Host.Database.ScalarAsync<string>(
        $"select coalesce(max(verdict), '') from payment_inbox where reference = '{deposit.PaymentRef}' and handled_at is not null");

    async Task Balance(TestUser user, long wanted) => await Eventually.Async(
        async () => (await WalletOf(user)).Balance, balance => balance == wanted, ApiHost.Patience, $"a balance of {wanted}", TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_payment_is_credited_once_however_often_its_callback_comes()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        Assert.True(await TakenAsync(Paid(deposit), _http));
        await Balance(user, 200_000);

        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TakenAsync(Paid(deposit), _http)));
        Assert.All(again, Assert.True);
        Assert.Equal(1, await InboxRows(deposit.PaymentRef!));
        Assert.Equal(200_000, (await WalletOf(user)).Balance);
        Assert.Equal(1, await api.Host.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where wallet_id = '{user.Id}'"));
    }

    [Fact]
    public async Task A_callback_under_the_previous_key_counts_while_keys_are_rotated()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        Assert.True(await TakenAsync(Callback.Signed(Paid(deposit).Body, ApiHost.PreviousPrivateKey), _http));
        await Balance(user, 200_000);
    }

    public static TheoryData<string> Forgeries => ["unsigned", "not hex", "another key", "the API key", "re-serialised", "one byte more"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_is_not_signed_is_refused_counted_and_touches_no_database(string forgery)
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        var genuine = Paid(deposit);
        var callback = forgery switch
        {
            "unsigned" => genuine with { Signature = null },
            "not hex" => genuine with { Signature = new string('z', 64) },
            "another key" => Callback.Signed(genuine.Body, "somebody-elses-key"),
            "the API key" => Callback.Signed(genuine.Body, "DEV-sandbox-api-key"),
            "re-serialised" => genuine with { Body = genuine.Body.Replace(",", ", ", StringComparison.Ordinal) },
            _ => genuine with { Body = genuine.Body + "\n" },
        };
        using var counted = new MetricCollector<long>(
            api.Host.Services.GetRequiredService<IMeterFactory>(), WebhookMetrics.MeterName, "webrana.payment_callbacks.rejected");
        Assert.False(await callback.PostAsync(_http));
        Assert.NotEmpty(counted.GetMeasurementSnapshot());
        Assert.Equal(0, await InboxRows(deposit.PaymentRef!));
        Assert.Equal(0, (await WalletOf(user)).Balance);
    }

    [Fact]
    public async Task Ten_thousand_repetitions_are_one_credit_and_ten_thousand_forgeries_not_one_statement()
    {
        const int Each = 10_000;
        using var sql = new SqlOfTraces();
        // The ordinary client would replace the trace by one of its own.
        using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        using var bare = new HttpClient(handler) { BaseAddress = api.Host.Address };
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        var genuine = Paid(deposit) with { Trace = ActivityTraceId.CreateRandom() };
        var forged = Callback.Signed(genuine.Body, "somebody-elses-key") with { Trace = ActivityTraceId.CreateRandom() };

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2 * Each), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken },
            async (n, _) => Assert.Equal(n % 2 == 0, n % 2 == 0 ? await TakenAsync(genuine, bare) : await forged.PostAsync(bare)));

        await Balance(user, 200_000);
        Assert.Equal(1, await InboxRows(deposit.PaymentRef!));
        Assert.Equal(1, await api.Host.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where wallet_id = '{user.Id}'"));
        // That the genuine ones were seen to ask the database shows that forged ones would have been.
        Assert.Equal(0, sql[forged.Trace!.Value]);
        Assert.NotEqual(0, sql[genuine.Trace!.Value]);
    }

    [Fact]
    public async Task Rejections_are_logged_at_a_bounded_rate()
    {
        var metrics = ActivatorUtilities.CreateInstance<WebhookMetrics>(api.Host.Services);
        Assert.Equal(10, Enumerable.Range(0, 1_000).Count(_ => metrics.MayLogRejection()));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_payment_that_the_gateway_itself_calls_unpaid_credits_nothing()
    {
        var (user, deposit) = await NewDepositAsync();
        var asked = Details();
        Assert.True(await TakenAsync(Paid(deposit), _http));
        await Eventually.Async(() => Details() > asked, ApiHost.Patience, "the grain asks the gateway", TestContext.Current.CancellationToken);
        await Settled(deposit, DepositStatus.Pending);
        Assert.Equal(0, (await WalletOf(user)).Balance);

        // The truth arrives later and is believed then.
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        await Callback.Signed(Callback.BodyOf(deposit.PaymentRef, deposit.MerchantRef, deposit.AmountToPay).Replace("1763452411", "1763452412", StringComparison.Ordinal)).PostAsync(_http);
        await Balance(user, 200_000);
    }

    [Fact]
    public async Task A_wrong_amount_credits_what_was_asked_for_or_nothing()
    {
        var (user, deposit) = await NewDepositAsync();
        await Callback.Signed(Callback.BodyOf(deposit.PaymentRef, deposit.MerchantRef, 900_000_000)).PostAsync(_http);
        // Nobody is asked about a sum that was never ours: it is a case for the payment desk.
        await Eventually.Async(
            () => api.Host.Database.ScalarAsync<long>($"select count(*) from payment_cases where reference = '{deposit.PaymentRef}'"),
            cases => cases == 1, ApiHost.Patience, "the desk has the case", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await WalletOf(user)).Balance);
    }

    [Fact]
    public async Task A_deposit_nobody_made_is_answered_false_so_that_the_gateway_comes_again()
    {
        var reference = $"T0001{Random.Shared.Next(100_000, 999_999)}ABCDE";
        Assert.False(await Callback.Signed(Callback.BodyOf(reference, MerchantRef.For(new DepositId(Guid.NewGuid())), 50_000)).PostAsync(_http));
        Assert.False(await Callback.Signed(Callback.BodyOf(reference, "INV-OF-SOMEBODY-ELSE", 50_000, "EXPIRED")).PostAsync(_http));
        Assert.Equal(2, await InboxRows(reference));
    }

    [Fact]
    public async Task A_callback_of_another_event_changes_nothing()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.False(await (Paid(deposit) with { Event = "open_payment" }).PostAsync(_http));
        Assert.Equal(0, (await WalletOf(user)).Balance);
    }

    [Fact]
    public async Task Both_kinds_of_testers_get_success_and_change_nothing()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(await Callback.Signed(Callback.BodyOf(null, null, 0)).PostAsync(_http));
        Assert.True(await Callback.Signed(Callback.BodyOf(deposit.PaymentRef, deposit.MerchantRef, 0, method: null)).PostAsync(_http));
        Assert.Equal(0, await InboxRows(deposit.PaymentRef!));
        Assert.Equal(0, (await WalletOf(user)).Balance);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"reference\":\"T1\",\"status\":\"PAID\",\"total_amount\":\"many\"}")]
    public async Task A_signed_body_that_is_no_payment_is_answered_false(string body) => Assert.False(await Callback.Signed(body).PostAsync(_http));

    [Fact]
    public async Task A_body_above_64_KiB_is_not_even_looked_at() =>
        Assert.False(await Callback.Signed(Callback.BodyOf("T1", new string('x', 70_000), 1)).PostAsync(_http));

    [Fact]
    public async Task A_stored_callback_that_was_never_told_is_told_by_the_worker()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        // What a process leaves that died between the row and the grain.
        var body = Paid(deposit).Body;
        await api.Host.Database.ExecuteAsync($"""
            insert into payment_inbox (reference, status, body_sha256, body, received_at)
            values ('{deposit.PaymentRef}', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '1 minute')
            """);
        var worker = ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services);
        await worker.RunOnceAsync(TestContext.Current.CancellationToken);
        await Balance(user, 200_000);
        // The host's own worker may have come first.
        await Eventually.Async(() => VerdictOf(deposit), verdict => verdict == "told", ApiHost.Patience, "the row says so", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("webhook.row_kept")]
    [InlineData("webhook.told")]
    public async Task A_callback_whose_process_died_behind_its_row_is_told_later_and_credited_once(string arrow)
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        var died = api.Host.Services.GetRequiredService<FailPoints>().Arm(arrow, FailMode.Throw, subject: deposit.PaymentRef);
        // A busy machine may not get as far at the first time.
        await Eventually.Async(
            async () =>
            {
                using var answer = await Paid(deposit).SendAsync(_http);
                return answer.StatusCode;
            },
            status => status == HttpStatusCode.InternalServerError, ApiHost.Patience, $"it dies at {arrow}", TestContext.Current.CancellationToken);
        await died;
        Assert.Equal("", await VerdictOf(deposit));

        await api.Host.Database.ExecuteAsync($"update payment_inbox set received_at = received_at - interval '1 minute' where reference = '{deposit.PaymentRef}'");
        var worker = ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services);
        await worker.RunOnceAsync(TestContext.Current.CancellationToken);
        await Balance(user, 200_000);
        await Eventually.Async(() => VerdictOf(deposit), verdict => verdict == "told", ApiHost.Patience, "the row says so", TestContext.Current.CancellationToken);
        // Tripay, unanswered, comes again.
        Assert.True(await TakenAsync(Paid(deposit), _http));
        Assert.Equal(1, await InboxRows(deposit.PaymentRef!));
        Assert.Equal(1, await api.Host.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where wallet_id = '{user.Id}'"));
    }

    // Whatever it is that breaks: an exception that leaves a worker takes its process along, and every other API's in turn.
    [Fact]
    public async Task A_callback_that_cannot_be_told_stays_behind_and_takes_neither_the_others_nor_the_process_with_it()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        var body = Paid(deposit).Body;
        await api.Host.Database.ExecuteAsync($"""
            insert into payment_inbox (reference, status, body_sha256, body, received_at)
            values ('{deposit.PaymentRef}', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '1 minute')
            """);
        var broken = ActivatorUtilities.CreateInstance<PaymentTeller>(api.Host.Services, DispatchProxy.Create<IClusterClient, BrokenCluster>());

        Assert.Equal(0, await ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services, broken).RunOnceAsync(TestContext.Current.CancellationToken));

        await ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services).RunOnceAsync(TestContext.Current.CancellationToken);
        await Balance(user, 200_000);
    }

    // A signed one that names a deposit by what PostgreSQL keeps in no text: no case can be opened of it, ever.
    [Fact]
    public async Task A_callback_that_the_database_refuses_holds_nobody_up_behind_it()
    {
        var (user, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        var (body, reference) = (Paid(deposit).Body, $"T0001{Random.Shared.Next(100_000, 999_999)}NULNL");
        var refused = Callback.BodyOf(reference, "tidak\0ada", 1);
        await api.Host.Database.ExecuteAsync($"""
            insert into payment_inbox (reference, status, body_sha256, body, received_at)
            values ('{reference}', 'PAID', sha256(convert_to('{refused}', 'UTF8')), convert_to('{refused}', 'UTF8'), now() - interval '2 hours'),
                   ('{deposit.PaymentRef}', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '1 minute')
            """);

        await ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services).RunOnceAsync(TestContext.Current.CancellationToken);

        await Balance(user, 200_000);
        Assert.Equal(1, await api.Host.Database.ExecuteAsync($"delete from payment_inbox where reference = '{reference}' and handled_at is null"));
    }

    [Fact]
    public async Task A_stored_callback_about_nothing_is_given_up_after_an_hour()
    {
        var reference = $"T0001{Random.Shared.Next(100_000, 999_999)}ABCDE";
        var body = Callback.BodyOf(reference, MerchantRef.For(new DepositId(Guid.NewGuid())), 1);
        await api.Host.Database.ExecuteAsync($"""
            insert into payment_inbox (reference, status, body_sha256, body, received_at)
            values ('{reference}', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '2 hours'),
                   ('{reference}', 'FAILED', sha256('nonsense'), 'nonsense', now() - interval '2 hours')
            """);
        await ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services).RunOnceAsync(TestContext.Current.CancellationToken);
        await Eventually.Async(
            () => api.Host.Database.ScalarAsync<string>($"select coalesce(string_agg(verdict, ',' order by verdict), '') from payment_inbox where reference = '{reference}' and handled_at is not null"),
            verdicts => verdicts == "given_up,unreadable", ApiHost.Patience, "both rows are handled", TestContext.Current.CancellationToken);
    }

    // As long as it takes: nobody knows of a deposit while nobody can be asked, and a case of the desk would pay it back beside the credit.
    [Fact]
    public async Task A_stored_callback_waits_however_long_the_cluster_is_away()
    {
        var (_, deposit) = await NewDepositAsync();
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        var body = Paid(deposit).Body;
        await api.Host.Database.ExecuteAsync($"""
            insert into payment_inbox (reference, status, body_sha256, body, received_at)
            values ('{deposit.PaymentRef}', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '2 hours')
            """);
        var away = ActivatorUtilities.CreateInstance<PaymentTeller>(api.Host.Services, DispatchProxy.Create<IClusterClient, AwayCluster>());

        Assert.Equal(0, await ActivatorUtilities.CreateInstance<InboxWorker>(api.Host.Services, away).RunOnceAsync(TestContext.Current.CancellationToken));

        // The host's own worker has a cluster and may have told it meanwhile; nobody gave it up.
        Assert.Equal(0, await api.Host.Database.ScalarAsync<long>($"select count(*) from payment_inbox where reference = '{deposit.PaymentRef}' and verdict = 'given_up'"));
        Assert.Equal(0, await api.Host.Database.ScalarAsync<long>($"select count(*) from payment_cases where reference = '{deposit.PaymentRef}'"));
    }

    async Task Settled(Deposit deposit, DepositStatus status) => await Eventually.Async(
        async () => (await api.Host.Cluster.GetGrain<IDepositGrain>(GrainKeys.Deposit(new DepositId(Guid.Parse(deposit.Id)))).Get()).Value?.Status.ToString(),
        seen => seen == status.ToString(), ApiHost.Patience, $"the deposit is {status}", TestContext.Current.CancellationToken);

    int Details() => api.Host.Gateway.Requests.Where(pair => pair.Key.Contains("transaction/detail", StringComparison.Ordinal)).Sum(pair => pair.Value);

    /// <summary>Silos that nobody reaches.</summary>
    public class AwayCluster : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new TimeoutException("No silo answers.");
    }

    /// <summary>Silos that answer nonsense.</summary>
    public class BrokenCluster : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException("A fault of a test.");
    }

    public sealed class SilentGateway : IAsyncLifetime
    {
        public ApiHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["Deposits:MaximumPendingPerUser"] = "0" });
            Host.Gateway.Settings = Host.Gateway.Settings with { Callbacks = false };
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
