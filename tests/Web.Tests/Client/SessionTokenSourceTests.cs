using Microsoft.Extensions.Time.Testing;
using Webrana.Client;
using Webrana.Web.Tests.Fakes;

namespace Webrana.Web.Tests.Client;

public sealed class SessionTokenSourceTests : IAsyncLifetime
{
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    FakeApi _api = null!;
    HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeApi.StartAsync();
        _http = new HttpClient { BaseAddress = _api.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _api.DisposeAsync();
    }

    SessionTokenSource Source(string session = "session-customer") => new(new WebranaClient(_http).Auth, session, _time);

    int Exchanges => _api.World.Count("POST", "/api/v1/auth/sessions/exchange");

    [Fact]
    public async Task A_hundred_callers_at_once_cause_one_exchange()
    {
        var gate = new TaskCompletionSource();
        _api.World.ExchangeGate = gate.Task;
        var source = Source();
        var waiting = Enumerable.Range(0, 100).Select(_ => source.GetAsync(CancellationToken.None)).ToList();
        gate.SetResult();
        var tokens = await Task.WhenAll(waiting);
        Assert.Single(tokens.Select(token => token.Value).Distinct());
        Assert.Equal(1, Exchanges);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_take_the_others_token_away()
    {
        var gate = new TaskCompletionSource();
        _api.World.ExchangeGate = gate.Task;
        var source = Source();
        using var given = new CancellationTokenSource();
        var impatient = source.GetAsync(given.Token);
        var patient = source.GetAsync(CancellationToken.None);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();
        Assert.True((await patient).IsOk);
        Assert.Equal(1, Exchanges);
    }

    [Fact]
    public async Task A_token_is_used_until_a_minute_before_its_end()
    {
        // The token's end is counted from the real moment of the exchange, and starting the API has taken its time.
        _time.SetUtcNow(TimeProvider.System.GetUtcNow());
        var source = Source();
        var first = (await source.GetAsync(CancellationToken.None)).Value;
        _time.Advance(TimeSpan.FromMinutes(8.5));
        Assert.Equal(first, (await source.GetAsync(CancellationToken.None)).Value);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(first, (await source.GetAsync(CancellationToken.None)).Value);
    }

    [Fact]
    public async Task A_rejected_token_is_not_given_out_again_but_a_newer_one_is()
    {
        var source = Source();
        var first = (await source.GetAsync(CancellationToken.None)).Value!;
        source.Reject(first);
        var second = (await source.GetAsync(CancellationToken.None)).Value!;
        Assert.NotEqual(first, second);
        // Late news about the old token must not cost the new one.
        source.Reject(first);
        Assert.Equal(second, (await source.GetAsync(CancellationToken.None)).Value);
    }

    [Fact]
    public async Task Whether_a_session_still_stands_is_not_taken_from_an_answer_that_was_asked_for_before()
    {
        var gate = new TaskCompletionSource();
        _api.World.ExchangeGate = gate.Task;
        var source = Source();
        var before = source.GetAsync(CancellationToken.None);
        var asked = source.RenewAsync(CancellationToken.None);
        gate.SetResult();
        Assert.True((await before).IsOk);
        Assert.True((await asked).IsOk);
        Assert.Equal(2, Exchanges);
        Assert.Equal((await asked).Value, (await source.GetAsync(CancellationToken.None)).Value);
    }

    [Fact]
    public async Task An_ended_session_is_told_and_asked_again_next_time()
    {
        _api.World.EndedSessions.Add("session-customer");
        var source = Source();
        Assert.True((await source.GetAsync(CancellationToken.None)).Failure!.IsSignedOut);
        Assert.True((await source.GetAsync(CancellationToken.None)).Failure!.IsSignedOut);
        Assert.Equal(2, Exchanges);
    }
}
