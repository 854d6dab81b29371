using System.Net;
using Webrana.Client;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Client;

/// <summary>The client over real HTTP: what it sends, and how it reads every kind of answer.</summary>
public sealed class WebranaClientTests : IAsyncLifetime
{
    FakeApi _api = null!;
    HttpClient _http = null!;
    WebranaClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeApi.StartAsync();
        _http = new HttpClient { BaseAddress = _api.Address };
        _client = new WebranaClient(_http, new WebranaClientOptions { OnServerTime = time => _served = time });
    }

    DateTimeOffset? _served;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _api.DisposeAsync();
    }

    WebranaSession Customer => _client.As("session-customer-token-0");

    [Fact]
    public async Task An_answer_becomes_a_value_and_tells_the_business_time()
    {
        var wallet = await Customer.WalletAsync();
        Assert.True(wallet.IsOk);
        Assert.Equal(350_000, wallet.Value.Balance);
        Assert.Equal(FakeWorld.Start, _served);
        Assert.Equal("Bearer session-customer-token-0", _api.World.Asked.Last().Authorization);
    }

    [Fact]
    public async Task A_refusal_keeps_its_code_and_its_reference_and_changes_nothing()
    {
        _api.World.RefuseNext("POST", "/api/v1/wallet/deposit", 422, ProblemCodes.AmountBelowMinimum);
        var refused = await Customer.CreateDepositAsync(new CreateDepositRequest(1, "BRIVA"), IdempotencyKey.New());
        Assert.False(refused.IsOk);
        Assert.Equal((ApiFailureKind.Refused, ProblemCodes.AmountBelowMinimum, 422), (refused.Failure.Kind, refused.Failure.Code, refused.Failure.Status));
        Assert.False(refused.Failure.OutcomeUnknown);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", refused.Failure.Reference);
    }

    [Fact]
    public async Task A_fault_of_the_server_leaves_the_outcome_unknown()
    {
        _api.World.RefuseNext("POST", "/api/v1/wallet/deposit", 500, ProblemCodes.InternalError);
        var failed = await Customer.CreateDepositAsync(new CreateDepositRequest(10_000, "BRIVA"), IdempotencyKey.New());
        Assert.Equal(ApiFailureKind.Faulted, failed.Failure!.Kind);
        Assert.True(failed.Failure.OutcomeUnknown);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_result_and_not_an_exception()
    {
        using var nowhere = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:9") };
        var lost = await new WebranaClient(nowhere).As("token").WalletAsync();
        Assert.Equal(ApiFailureKind.Unreachable, lost.Failure!.Kind);
        Assert.True(lost.Failure.OutcomeUnknown);
    }

    [Fact]
    public async Task A_time_out_is_unreachable_and_a_cancellation_is_the_callers()
    {
        var gate = new TaskCompletionSource();
        _api.World.ExchangeGate = gate.Task;
        using var hasty = new HttpClient { BaseAddress = _api.Address, Timeout = TimeSpan.FromMilliseconds(50) };
        var late = await new WebranaClient(hasty).Auth.ExchangeSessionAsync(new ExchangeSessionRequest("session-customer"));
        Assert.Equal(ApiFailureKind.Unreachable, late.Failure!.Kind);

        using var given = new CancellationTokenSource();
        var waiting = _client.Auth.ExchangeSessionAsync(new ExchangeSessionRequest("session-customer"), given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult(); // The API would wait half a minute for what it has begun before it stops.
    }

    [Theory]
    [InlineData("text/html", "<html>a proxy's error page</html>", HttpStatusCode.BadGateway, ApiFailureKind.Faulted, ProblemCodes.InternalError)]
    [InlineData("application/problem+json", "not json", HttpStatusCode.Conflict, ApiFailureKind.Refused, ProblemCodes.Unknown)]
    [InlineData("application/json", "{\"balance\":\"much\"}", HttpStatusCode.OK, ApiFailureKind.Faulted, ProblemCodes.InternalError)]
    [InlineData("application/json", "null", HttpStatusCode.OK, ApiFailureKind.Faulted, ProblemCodes.InternalError)]
    [InlineData("text/plain", "", HttpStatusCode.TooManyRequests, ApiFailureKind.Refused, ProblemCodes.TooManyRequests)]
    [InlineData("text/plain", "", HttpStatusCode.ServiceUnavailable, ApiFailureKind.Faulted, ProblemCodes.TemporarilyUnavailable)]
    public async Task An_answer_that_is_not_ours_is_a_failure_of_the_right_kind(string type, string body, HttpStatusCode status, ApiFailureKind kind, string code)
    {
        using var canned = new HttpClient(new Canned(status, type, body)) { BaseAddress = new Uri("http://canned/") };
        var read = await new WebranaClient(canned).As("token").WalletAsync();
        Assert.Equal((kind, code), (read.Failure!.Kind, read.Failure.Code));
    }

    [Fact]
    public async Task A_write_carries_its_callers_key_on_every_try()
    {
        _api.World.RefuseNext("POST", "/api/v1/wallet/deposit", 500, ProblemCodes.InternalError);
        var key = IdempotencyKey.New();
        var request = new CreateDepositRequest(100_000, "QRIS");
        Assert.False((await Customer.CreateDepositAsync(request, key)).IsOk);
        Assert.True((await Customer.CreateDepositAsync(request, key)).IsOk);
        var keys = _api.World.Asked.Where(asked => asked.Path == "/api/v1/wallet/deposit").Select(asked => asked.Key).ToList();
        Assert.Equal([key.Value, key.Value], keys);
        Assert.NotEqual(IdempotencyKey.New(), IdempotencyKey.New());
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_and_the_call_repeated()
    {
        var tokens = new SessionTokenSource(_client.Auth, "session-customer", TimeProvider.System);
        _api.World.RefuseNext("GET", "/api/v1/wallet", 401, ProblemCodes.Unauthenticated);
        Assert.True((await _client.As(tokens).WalletAsync()).IsOk);
        Assert.Equal(2, _api.World.Count("POST", "/api/v1/auth/sessions/exchange"));

        _api.World.RefuseNext("GET", "/api/v1/wallet", 401, ProblemCodes.Unauthenticated, times: 2);
        Assert.True((await _client.As(tokens).WalletAsync()).Failure!.IsSignedOut);
    }

    [Fact]
    public async Task A_fixed_token_that_is_refused_is_not_tried_again()
    {
        var refused = await _client.As("stolen").WalletAsync();
        Assert.True(refused.Failure!.IsSignedOut);
        Assert.Equal(1, _api.World.Count("GET", "/api/v1/wallet"));
    }

    [Fact]
    public async Task Lists_are_paged_by_cursor_and_filtered_by_wire_name()
    {
        var first = await Customer.TransactionsAsync(limit: 4);
        var second = await Customer.TransactionsAsync(limit: 4, cursor: first.Value!.NextCursor);
        Assert.Equal((4, 2), (first.Value.Items.Count, second.Value!.Items.Count));
        Assert.Null(second.Value.NextCursor);
        var purchases = await Customer.TransactionsAsync(ReferenceType.VpsPayment);
        Assert.All(purchases.Value!.Items, row => Assert.Equal(ReferenceType.VpsPayment, row.ReferenceType));
        Assert.Single(purchases.Value.Items);
    }

    [Fact]
    public async Task An_id_from_outside_stays_one_segment_of_the_path()
    {
        var found = await Customer.InstanceAsync("../wallet");
        Assert.True(found.Failure!.IsNotFound);
        Assert.Equal("/api/v1/instances/../wallet", Uri.UnescapeDataString(_api.World.Asked.Last().Path));
    }

    [Fact]
    public async Task The_confirmation_of_a_deletion_is_sent_as_typed()
    {
        Assert.Equal(ProblemCodes.ConfirmationMismatch, (await Customer.DestroyAsync("i-web-01", "web 01&x", IdempotencyKey.New())).Failure!.Code);
        Assert.True((await Customer.DestroyAsync("i-web-01", "web-01", IdempotencyKey.New())).IsOk);
    }

    sealed class Canned(HttpStatusCode status, string type, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, type) });
    }
}
