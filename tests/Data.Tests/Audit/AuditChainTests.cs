using Npgsql;
using Webrana.Data.Audit;

namespace Webrana.Data.Tests.Audit;

/// <summary>A database per test: each of them breaks the log.</summary>
public sealed class AuditChainTests : IAsyncLifetime
{
    readonly MigratedDatabase _own = new();

    AuditChain Chain => new(_own.Sources);

    public ValueTask InitializeAsync() => _own.InitializeAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task A_line_keeps_who_what_why_and_both_values_and_the_chain_is_proven()
    {
        var who = Guid.NewGuid();
        await Chain.AppendAsync(new AuditLine(who, $"admin:{who}", "plan.priced", "plan:basic-1", """{"priceMonthly": 1}""", """{"priceMonthly": 2}""", "Kurs naik", null, "10.0.0.1"));
        await Append("role.given");
        var (rows, next) = await Chain.ListAsync(new AuditFilter("plan:basic-1", who, "plan."), 50);
        var line = Assert.Single(rows);
        Assert.Null(next);
        Assert.Equal((1, "Kurs naik", """{"priceMonthly": 1}""", """{"priceMonthly": 2}"""), (line.Sequence, line.Line.Reason, line.Line.BeforeJson, line.Line.AfterJson));
        var verdict = await Chain.VerifyAsync();
        Assert.Equal((true, 2L, 2L), (verdict.IsIntact, verdict.Lines, verdict.HeadSequence));
        Assert.Equal(verdict.HeadHash, await Chain.HashAsync(2));
    }

    [Fact]
    public async Task An_empty_log_is_intact() => Assert.True((await Chain.VerifyAsync()).IsIntact);

    /// <summary>The fence: many processes at once make one chain, not several.</summary>
    [Fact]
    public async Task Two_processes_that_write_at_once_make_one_chain()
    {
        await using var other = new DataSources(_own.Options);
        var second = new AuditChain(other);
        await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(n => new[]
        {
            Chain.AppendAsync(new AuditLine(null, "one", "x.y", $"s:{n}")),
            second.AppendAsync(new AuditLine(null, "two", "x.y", $"s:{n}")),
        }));
        var verdict = await Chain.VerifyAsync();
        Assert.Equal((true, 200L, 200L), (verdict.IsIntact, verdict.Lines, verdict.HeadSequence));
    }

    [Theory]
    [InlineData("UPDATE audit_log SET reason = 'lain' WHERE seq = 2", 2, "altered")]
    [InlineData("UPDATE audit_log SET actor = 'admin:other' WHERE seq = 2", 2, "altered")]
    [InlineData("UPDATE audit_log SET occurred_at = occurred_at + interval '1 microsecond' WHERE seq = 2", 2, "altered")]
    [InlineData("UPDATE audit_log SET after = '{\"amount\": 9}' WHERE seq = 2", 2, "altered")]
    [InlineData("DELETE FROM audit_log WHERE seq = 2", 2, "missing")]
    [InlineData("DELETE FROM audit_log WHERE seq = 1", 1, "missing")]
    [InlineData("DELETE FROM audit_log WHERE seq = 3", 3, "head")]
    // Deleted, with the numbers closed up behind it.
    [InlineData("DELETE FROM audit_log WHERE seq = 2; UPDATE audit_log SET seq = 2 WHERE seq = 3", 2, "foreign")]
    public async Task Tampering_is_found_where_it_was_done(string damage, long sequence, string what)
    {
        foreach (var action in new[] { "a.b", "c.d", "e.f" }) await Append(action);
        await _own.Database.ExecuteAsync(damage, TestContext.Current.CancellationToken);
        var verdict = await Chain.VerifyAsync();
        Assert.False(verdict.IsIntact);
        Assert.Equal(new AuditBreak(sequence, what), verdict.Breaks[0]);
    }

    /// <summary>An owner of the database can make a new, sound chain; not one through a hash that was noted elsewhere.</summary>
    [Fact]
    public async Task A_chain_that_was_written_anew_does_not_pass_through_the_hash_that_was_noted()
    {
        foreach (var action in new[] { "a.b", "c.d" }) await Append(action);
        var noted = (await Chain.VerifyAsync()).HeadHash;
        await _own.Database.ExecuteAsync(
            "DELETE FROM audit_log; UPDATE audit_chain SET seq = 0, hash = '\\x'; SELECT audit_append(business_now(), NULL, 'a', 'a.b', 's', NULL, NULL, NULL, NULL, NULL) FROM generate_series(1, 2)",
            TestContext.Current.CancellationToken);
        Assert.True((await Chain.VerifyAsync()).IsIntact);
        Assert.NotEqual(noted, await Chain.HashAsync(2));
    }

    [Theory]
    [InlineData("INSERT INTO audit_log (seq, occurred_at, actor, action, subject, prev_hash, hash) VALUES (9, business_now(), 'a', 'b', 'c', '\\x01', '\\x02')")]
    [InlineData("UPDATE audit_chain SET seq = 0")]
    [InlineData("DELETE FROM audit_chain")]
    public async Task The_application_role_appends_and_does_nothing_else(string sql)
    {
        await using var command = _own.Sources.Queries.CreateCommand(sql);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    Task<long> Append(string action) => Chain.AppendAsync(new AuditLine(null, "admin:x", action, "s:1", null, """{"amount": 1}""", "Sebab"));
}
