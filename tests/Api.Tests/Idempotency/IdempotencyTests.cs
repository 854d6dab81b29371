using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Idempotency;
using Webrana.Api.Problems;
using Webrana.Api.Tests.Support;
using Webrana.Data.Faults;
using Webrana.Data.Idempotency;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Idempotency;

[Collection(ApiCollection.Name)]
public sealed class IdempotencyTests(SharedApi api) : IAsyncLifetime
{
    TestUser _admin = null!;
    TestUser _customer = null!;

    public async ValueTask InitializeAsync() => (_admin, _customer) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Task<HttpResponseMessage> Adjust(string key, long amount = 1_000, string reason = "Kompensasi", TestUser? customer = null) =>
        _admin.Http.PostAsync($"/internal/wallets/{(customer ?? _customer).Id}/adjustments", new CreateAdjustmentRequest(amount, reason), key);

    async Task<long> Balance(TestUser? customer = null) => (await (customer ?? _customer).Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Balance;

    static string NewKey() => Guid.NewGuid().ToString();

    FailPoints FailPoints => api.Host.Services.GetRequiredService<FailPoints>();

    Guid RowOf(string key) => new IdempotencyScope(_admin.Id.Value, $"POST /internal/wallets/{_customer.Id}/adjustments", key).Id;

    Task<int> SetRow(string key, string set) => api.Host.Database.ExecuteAsync($"update idempotency_claims set {set} where id = '{RowOf(key)}'");

    [Fact]
    public async Task A_repetition_gets_the_first_answer_byte_for_byte_and_nothing_happens_twice()
    {
        var key = NewKey();
        using var first = await Adjust(key);
        using var again = await Adjust(key);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.Equal(1_000, await Balance());
    }

    [Fact]
    public async Task Without_a_key_a_repetition_is_a_second_intent()
    {
        await _admin.Http.PostAsync($"/internal/wallets/{_customer.Id}/adjustments", new CreateAdjustmentRequest(1_000, "Kompensasi")).ExpectAsync(HttpStatusCode.Created);
        await _admin.Http.PostAsync($"/internal/wallets/{_customer.Id}/adjustments", new CreateAdjustmentRequest(1_000, "Kompensasi")).ExpectAsync(HttpStatusCode.Created);
        Assert.Equal(2_000, await Balance());
    }

    [Fact]
    public async Task Another_body_is_refused_and_changes_nothing()
    {
        var key = NewKey();
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        await Adjust(key, amount: 2_000).RefusedAsync(422, ProblemCodes.IdempotencyKeyReused);
        Assert.Equal(1_000, await Balance());
    }

    [Fact]
    public async Task A_refusal_is_an_answer_too()
    {
        var key = NewKey();
        await Adjust(key, amount: -5_000).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        await Adjust(NewKey(), amount: 10_000).ExpectAsync(HttpStatusCode.Created);
        await Adjust(key, amount: -5_000).RefusedAsync(409, ProblemCodes.InsufficientBalance);
        Assert.Equal(10_000, await Balance());
    }

    [Fact]
    public async Task Twenty_repetitions_at_once_happen_once()
    {
        var key = NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Adjust(key)));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict));
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        Assert.Equal(1_000, await Balance());
    }

    [Fact]
    public async Task While_the_first_is_running_a_repetition_is_told_so()
    {
        var key = NewKey();
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        await SetRow(key, "status = null, answer = null, lease_until = now() + interval '1 minute'");
        await Adjust(key).RefusedAsync(409, ProblemCodes.IdempotencyInProgress);
    }

    [Fact]
    public async Task After_a_crash_between_the_work_and_its_answer_the_repetition_finds_the_same_work()
    {
        var key = NewKey();
        var struck = FailPoints.Arm("api.work_done", FailMode.Throw, subject: key);
        await Adjust(key).ExpectAsync(HttpStatusCode.InternalServerError);
        await struck;
        var first = await OnlyRow();
        await Adjust(key).RefusedAsync(409, ProblemCodes.IdempotencyInProgress);
        // A minute later.
        await SetRow(key, "lease_until = now() - interval '1 second'");
        var again = await Adjust(key).ReadAsync<Transaction>(HttpStatusCode.Created);
        Assert.Equal(first, again.Id);
        Assert.Equal(first, await OnlyRow());
        Assert.Equal(1_000, await Balance());

        async Task<string> OnlyRow() => Assert.Single((await _customer.Http.GetAsync("/api/v1/wallet/transactions").ReadAsync<Page<Transaction>>()).Items).Id;
    }

    [Fact]
    public async Task After_a_crash_between_the_kept_answer_and_its_caller_the_repetition_is_given_it()
    {
        var key = NewKey();
        var struck = FailPoints.Arm("api.answer_kept", FailMode.Throw, subject: key);
        await Adjust(key).ExpectAsync(HttpStatusCode.InternalServerError);
        await struck;
        await Adjust(key).ReadAsync<Transaction>(HttpStatusCode.Created);
        Assert.Equal(1_000, await Balance());
    }

    [Fact]
    public async Task A_process_that_dies_between_its_claim_and_the_work_leaves_both_to_whoever_repeats_behind_its_lease()
    {
        var run = new FilterRun(api.Host);
        var died = run.FailPoints.Arm("api.key_claimed", FailMode.Hang);
        // Nobody hears of it again.
        _ = run.ExecuteAsync(_ => throw new InvalidOperationException("It died before."));
        await died;
        Assert.Equal(409, await run.ExecuteAsync(_ => throw new InvalidOperationException("Somebody may be at it.")));

        run.Clock.Advance(IdempotencyFilter.Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(201, await run.ExecuteAsync(_ => TypedResults.Created()));
        Assert.Equal(201, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept.")));
        Assert.Single(run.Operations);
    }

    [Fact]
    public async Task What_breaks_between_its_claim_and_the_work_may_be_repeated_at_once()
    {
        var key = NewKey();
        var struck = FailPoints.Arm("api.key_claimed", FailMode.Throw, subject: key);
        await Adjust(key).ExpectAsync(HttpStatusCode.InternalServerError);
        await struck;
        Assert.Equal(0, await Balance());
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        Assert.Equal(1_000, await Balance());
    }

    [Fact]
    public async Task A_lapsed_lease_still_belongs_to_its_body()
    {
        var key = NewKey();
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        await SetRow(key, "status = null, answer = null, lease_until = now() - interval '1 second'");
        await Adjust(key, amount: 2_000).RefusedAsync(422, ProblemCodes.IdempotencyKeyReused);
    }

    [Fact]
    public async Task After_a_day_the_key_means_something_new()
    {
        var key = NewKey();
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        await SetRow(key, "created_at = now() - interval '25 hours'");
        await Adjust(key, amount: 500, reason: "Lain").ExpectAsync(HttpStatusCode.Created);
        Assert.Equal(1_500, await Balance());
    }

    [Fact]
    public async Task A_key_counts_per_route_and_per_user()
    {
        var key = NewKey();
        var other = await api.Host.NewCustomerAsync();
        await Adjust(key).ExpectAsync(HttpStatusCode.Created);
        await Adjust(key, customer: other).ExpectAsync(HttpStatusCode.Created);
        var secondAdmin = await api.Host.NewAdminAsync();
        await secondAdmin.Http.PostAsync($"/internal/wallets/{_customer.Id}/adjustments", new CreateAdjustmentRequest(1_000, "Kompensasi"), key).ExpectAsync(HttpStatusCode.Created);
        Assert.Equal((2_000, 1_000), (await Balance(), await Balance(other)));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task A_key_has_at_most_255_characters(int length, bool taken)
    {
        using var answer = await Adjust(new string('k', length));
        Assert.Equal(taken ? HttpStatusCode.Created : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_with_a_space_is_refused() => await Adjust("two words").RefusedAsync(400, ProblemCodes.InvalidIdempotencyKey);

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task What_may_end_otherwise_next_time_is_not_kept_and_the_operation_stays_the_same(int status)
    {
        var run = new FilterRun(api.Host);
        Assert.Equal(status, await run.ExecuteAsync(_ => Refusal.Of(new ProblemKind(status, "c", "t.", "a."))));
        Assert.Equal(201, await run.ExecuteAsync(_ => TypedResults.Created()));
        Assert.Equal(201, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept: nobody asks again.")));
        Assert.Equal(2, run.Operations.Count);
        Assert.Single(run.Operations.Distinct());
    }

    [Fact]
    public async Task What_throws_is_not_kept()
    {
        var run = new FilterRun(api.Host);
        await Assert.ThrowsAsync<TimeoutException>(() => run.ExecuteAsync(_ => throw new TimeoutException()));
        Assert.Equal(204, await run.ExecuteAsync(_ => TypedResults.NoContent()));
        Assert.Single(run.Operations.Distinct());
    }

    [Fact]
    public async Task Whoever_lost_his_lease_does_not_overwrite_the_answer_of_his_successor()
    {
        var run = new FilterRun(api.Host);
        var status = await run.ExecuteLongAsync(async _ =>
        {
            run.Clock.Advance(IdempotencyFilter.Lease + TimeSpan.FromSeconds(1));
            Assert.Equal(202, await run.ExecuteAsync(_ => TypedResults.Accepted("/there")));
            return TypedResults.NoContent();
        });
        Assert.Equal(204, status);
        Assert.Equal(202, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept.")));
    }

    [Fact]
    public async Task An_answer_larger_than_any_buffer_is_given_again_whole()
    {
        var run = new FilterRun(api.Host);
        var large = string.Concat(Enumerable.Range(0, 60_000).Select(n => $"{n} "));
        await run.ExecuteAsync(_ => TypedResults.Text(large));
        Assert.Equal(large, run.Answer);
        await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept."));
        Assert.Equal(large, run.Answer);
        Assert.StartsWith("text/plain", run.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_byte_of_a_large_body_tells_two_bodies_apart()
    {
        var run = new FilterRun(api.Host) { Body = new byte[100_000] };
        Assert.Equal(204, await run.ExecuteAsync(_ => TypedResults.NoContent()));
        Assert.Equal(204, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept.")));
        run.Body[^1] = 1;
        Assert.Equal(422, await run.ExecuteAsync(_ => throw new InvalidOperationException("Another body is refused.")));
    }

    [Fact]
    public async Task A_query_is_part_of_what_the_same_body_means()
    {
        var run = new FilterRun(api.Host);
        Assert.Equal(204, await run.ExecuteAsync(_ => TypedResults.NoContent()));
        run.Query = "?dry=true";
        Assert.Equal(422, await run.ExecuteAsync(_ => throw new InvalidOperationException("Another query is refused.")));
    }

    [Fact]
    public async Task A_body_that_was_read_half_way_or_looked_at_only_is_still_hashed_whole()
    {
        var body = "{\"amount\": 1}"u8.ToArray();
        var run = new FilterRun(api.Host) { Body = body };
        Assert.Equal(204, await run.ExecuteAsync(_ => TypedResults.NoContent()));

        run.Before = async http => // as binding does that fails: nothing given back
        {
            RememberedBody.Of(http);
            await http.Request.BodyReader.ReadAsync(TestContext.Current.CancellationToken);
        };
        Assert.Equal(204, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept.")));

        run.Before = async http =>
        {
            RememberedBody.Of(http);
            Assert.Equal(5, await http.Request.Body.ReadAtLeastAsync(new byte[5], 5, cancellationToken: TestContext.Current.CancellationToken));
        };
        Assert.Equal(204, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept.")));
    }

    [Fact]
    public async Task An_answer_that_the_version_before_sealed_is_still_given()
    {
        var run = new FilterRun(api.Host);
        await run.ExecuteAsync(_ => TypedResults.NoContent());
        var old = new { Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" }, Body = run.OldSeal.Protect("{\"n\": 7}"u8.ToArray()) };
        var row = "00" + Convert.ToHexString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(old));
        await api.Host.Database.ExecuteAsync($"update idempotency_claims set status = 201, answer = '\\x{row}' where id = '{run.Scope.Id}'");
        Assert.Equal(201, await run.ExecuteAsync(_ => throw new InvalidOperationException("It is kept.")));
        Assert.Equal(("{\"n\": 7}", "application/json"), (run.Answer, run.ContentType));
    }

    [Fact]
    public async Task Old_rows_are_forgotten_and_young_ones_stay()
    {
        var (old, young) = (NewKey(), NewKey());
        await Adjust(old).ExpectAsync(HttpStatusCode.Created);
        await Adjust(young).ExpectAsync(HttpStatusCode.Created);
        await SetRow(old, "created_at = now() - interval '25 hours'");
        Assert.True(await new IdempotencyStore(api.Host.Sources).ForgetAsync(TimeProvider.System.GetUtcNow() - IdempotencyFilter.Kept, default) >= 1);
        Assert.Equal(1, await api.Host.Database.ScalarAsync<long>($"select count(*) from idempotency_claims where id in ('{RowOf(old)}', '{RowOf(young)}')"));
    }

    /// <summary>The filter around an endpoint of the test's own, over the real table.</summary>
    sealed class FilterRun(ApiHost host)
    {
        readonly string _key = NewKey();

        public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

        public FailPoints FailPoints { get; } = new();

        public List<Guid> Operations { get; } = [];

        public byte[] Body { get; init; } = [.. "{}"u8];

        public string Query { get; set; } = "";

        public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

        public string Answer { get; private set; } = "";

        public string? ContentType { get; private set; }

        public IdempotencyScope Scope => new(Guid.Empty, "POST /api/v1/orders", _key);

        public IDataProtector OldSeal => Ring.CreateProtector("webrana.idempotency.answers");

        IDataProtectionProvider Ring => new EphemeralDataProtectionProvider().Remembered(_key);

        public Task<int> ExecuteAsync(Func<HttpContext, IResult> endpoint) => ExecuteLongAsync(http => Task.FromResult(endpoint(http)));

        public async Task<int> ExecuteLongAsync(Func<HttpContext, Task<IResult>> endpoint)
        {
            var http = new DefaultHttpContext { RequestServices = host.Services };
            http.Request.Method = "POST";
            http.Request.Path = "/api/v1/orders";
            http.Request.QueryString = new QueryString(Query);
            http.Request.Headers[WireHeaders.IdempotencyKey] = _key;
            http.Request.Body = new MemoryStream(Body);
            using var connection = new MemoryStream();
            http.Response.Body = connection;
            await Before(http);
            // A process of its own each time: it has sealed nothing that it reads.
            await using var store = new IdempotencyStore(host.Sources);
            using var seal = new AnswerSeal(host.Sources, Ring, Clock);
            var filter = new IdempotencyFilter(store, seal, FailPoints, Clock, Ring);
            var result = await filter.InvokeAsync(EndpointFilterInvocationContext.Create(http), async context =>
            {
                Operations.Add(Operation.Of(context.HttpContext).Id);
                return await endpoint(context.HttpContext);
            });
            await ((IResult)result!).ExecuteAsync(http);
            (Answer, ContentType) = (System.Text.Encoding.UTF8.GetString(connection.ToArray()), http.Response.ContentType);
            return http.Response.StatusCode;
        }
    }
}

/// <summary>One ephemeral key ring per test key, as processes share the stored one.</summary>
static class RememberedProtection
{
    static readonly System.Collections.Concurrent.ConcurrentDictionary<string, IDataProtectionProvider> Rings = new();

    public static IDataProtectionProvider Remembered(this IDataProtectionProvider fresh, string name) => Rings.GetOrAdd(name, fresh);
}
