using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Webrana.Sandbox.Control;
using Webrana.Sandbox.Control.Clock;
using Webrana.Sandbox.Tests.Mail;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Clock;

/// <summary>The clock against the tables as the product's migrations make them; the product's processes are played by the test.</summary>
public class ClockTests
{
    const string Tables = """
        create table business_clock (id int primary key check (id = 1), offset_ms bigint not null, version bigint not null);
        insert into business_clock values (1, 0, 0);
        create table business_clock_seen (process text primary key, version bigint not null, seen_at timestamptz not null);
        create function business_now() returns timestamptz language sql stable as
          'select now() + make_interval(secs => offset_ms / 1000.0) from business_clock where id = 1';
        create table grain_state (state text, key text, owner text, status text, due_at bigint, sort_at bigint, payload jsonb, version int, primary key (state, key));
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Advancing_moves_the_row_notifies_the_product_and_tells_the_simulators()
    {
        await using var stage = await StageAsync();
        await using var listener = new NpgsqlConnection(stage.Database.AppConnectionString);
        await listener.OpenAsync(Cancellation);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Notification += (_, notice) => heard.TrySetResult(notice.Payload);
        await using (var listen = new NpgsqlCommand("listen webrana_clock", listener))
            await listen.ExecuteNonQueryAsync(Cancellation);

        var before = await NowAsync(stage);
        var answer = await MoveAsync(stage, new { advance = "P30D" });
        Assert.True(answer.Settled);
        Assert.InRange(answer.Now - before, TimeSpan.FromDays(30), TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1));
        await listener.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal("1", await heard.Task);
        Assert.Equal((long)TimeSpan.FromDays(30).TotalMilliseconds, stage.Simulator.OffsetsMs.Last());

        await MoveAsync(stage, new { to = answer.Now.AddDays(1) });
        Assert.Equal(2L, await stage.Database.ScalarAsync<long>("select version from business_clock"));
    }

    [Fact]
    public async Task Backwards_unreadable_or_ambiguous_moves_are_refused_and_change_nothing()
    {
        await using var stage = await StageAsync();
        foreach (var (request, code) in new (object, string)[]
        {
            (new { advance = "-P1D" }, "clock_backwards"),
            (new { to = DateTimeOffset.UnixEpoch }, "clock_backwards"),
            (new { advance = "a month" }, "invalid_duration"),
            (new { advance = "P99999999999999999999D" }, "invalid_duration"),
            (new { }, "invalid_request"),
            (new { advance = "P1D", toNextRenewal = "x" }, "invalid_request"),
            (new { toNextRenewal = "unknown" }, "no_renewal"),
        })
        {
            using var answer = await stage.Control.Http.PostAsJsonAsync("/clock", request, Cancellation);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());
        }

        Assert.Equal(0L, await stage.Database.ScalarAsync<long>("select offset_ms + version from business_clock"));
    }

    [Fact]
    public async Task The_answer_waits_until_every_living_process_has_followed_and_everything_due_is_worked_off()
    {
        await using var stage = await StageAsync();
        await stage.Database.ExecuteAsync("""
            insert into business_clock_seen values ('silo-1', 0, now() + interval '1 hour'), ('dead', 0, now() - interval '1 minute');
            insert into grain_state (state, key, due_at, payload) values
              ('droplet', 'droplet:a', (extract(epoch from now() + interval '5 days') * 1000)::bigint, '{}'),
              ('droplet', 'droplet:gone', 1, null);
            """);
        var moving = MoveAsync(stage, new { advance = "P10D" });
        await Eventually.Async(() => stage.Database.ScalarAsync<long>("select version from business_clock"), version => version == 1, TimeSpan.FromSeconds(60), cancellation: Cancellation);
        Assert.False(moving.IsCompleted);
        await stage.Database.ExecuteAsync("update business_clock_seen set version = 1 where process = 'silo-1'");
        Assert.False(moving.IsCompleted);
        await stage.Database.ExecuteAsync("update grain_state set due_at = due_at + 30 * 86400000::bigint where key = 'droplet:a'");
        Assert.True((await moving).Settled);
    }

    [Fact]
    public async Task Work_that_is_not_worked_off_in_time_is_counted_in_the_answer()
    {
        await using var stage = await StageAsync(TimeSpan.Zero);
        await stage.Database.ExecuteAsync("insert into grain_state (state, key, due_at, payload) values ('droplet', 'droplet:a', 1, '{}')");
        using var answer = await stage.Control.Http.PostAsJsonAsync("/clock", new { advance = "PT1S" }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var read = await answer.Content.ReadFromJsonAsync<ClockAnswer>(Cancellation);
        Assert.Equal((false, 1L), (read!.Settled, read.Due));
    }

    [Fact]
    public async Task To_the_next_renewal_of_an_instance_goes_one_second_past_it()
    {
        await using var stage = await StageAsync();
        var renewal = (await NowAsync(stage)).AddDays(12);
        await stage.Database.ExecuteAsync(
            $$"""insert into grain_state (state, key, payload) values ('droplet', 'droplet:abc', '{"nextRenewalAt": {{renewal.ToUnixTimeMilliseconds()}}}')""");
        var answer = await MoveAsync(stage, new { toNextRenewal = "abc" });
        Assert.InRange(answer.Now - renewal, TimeSpan.FromMilliseconds(999), TimeSpan.FromMinutes(2));

        // A renewal in the past is only waited for.
        var again = await MoveAsync(stage, new { toNextRenewal = "abc" });
        Assert.InRange(again.Now - answer.Now, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Renewals_are_offered_soonest_first_and_none_that_lies_behind()
    {
        await using var stage = await StageAsync();
        var now = await NowAsync(stage);
        foreach (var (name, status, days) in new[] { ("stopped", "SUSPENDED", -3), ("later", "RUNNING", 20), ("sooner", "OFF", 10) })
        {
            await stage.Database.ExecuteAsync(
                $$"""insert into grain_state (state, key, status, payload) values ('droplet', 'droplet:{{name}}-1', '{{status}}', '{"name": "{{name}}", "nextRenewalAt": {{now.AddDays(days).ToUnixTimeMilliseconds()}}}')""");
        }

        var renewals = (await stage.Control.Http.GetFromJsonAsync<Renewal[]>("/clock/renewals", Cancellation))!;
        Assert.Equal([("sooner-1", "sooner", "OFF"), ("later-1", "later", "RUNNING")], renewals.Select(renewal => (renewal.Instance, renewal.Name, renewal.Status)));
        // The page's button goes to the first of them.
        Assert.InRange((await MoveAsync(stage, new { toNextRenewal = renewals[0].Instance })).Now - renewals[0].At, TimeSpan.FromMilliseconds(999), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Before_the_migration_the_clock_shows_real_time_and_does_not_move()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("clock");
        await using var control = await ControlHost.StartAsync(new ControlOptions { Postgres = database.OwnerConnectionString });
        var now = (await control.Http.GetFromJsonAsync<JsonElement>("/clock", Cancellation)).GetProperty("now").GetDateTimeOffset();
        Assert.InRange(TimeProvider.System.GetUtcNow() - now, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        using var answer = await control.Http.PostAsJsonAsync("/clock", new { advance = "P1D" }, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task Simulators_that_start_anew_are_told_how_far_the_clock_is_ahead()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("clock");
        await database.ExecuteAsync(Tables + "update business_clock set offset_ms = 5000;");
        await using var simulator = await FakeSimulator.StartAsync();
        await using var control = await ControlHost.StartAsync(new ControlOptions { Postgres = database.OwnerConnectionString, Simulators = [simulator.Address] });
        await Eventually.Async(() => simulator.OffsetsMs.Contains(5000), TimeSpan.FromSeconds(60), "the simulator was told", Cancellation);
    }

    static async Task<Stage> StageAsync(TimeSpan? settleTimeout = null)
    {
        var database = await PostgresFixture.Shared.CreateDatabaseAsync("clock");
        await database.ExecuteAsync(Tables);
        var simulator = await FakeSimulator.StartAsync();
        var control = await ControlHost.StartAsync(new ControlOptions
        {
            Postgres = database.OwnerConnectionString,
            Simulators = [simulator.Address],
            SettleTimeout = settleTimeout ?? TimeSpan.FromSeconds(90),
        });
        return new Stage(database, simulator, control);
    }

    static async Task<DateTimeOffset> NowAsync(Stage stage) =>
        (await stage.Control.Http.GetFromJsonAsync<JsonElement>("/clock", Cancellation)).GetProperty("now").GetDateTimeOffset();

    static async Task<ClockAnswer> MoveAsync(Stage stage, object request)
    {
        using var answer = await stage.Control.Http.PostAsJsonAsync("/clock", request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ClockAnswer>(Cancellation))!;
    }

    sealed record Stage(TestDatabase Database, FakeSimulator Simulator, ControlHost Control) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Control.DisposeAsync();
            await Simulator.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
