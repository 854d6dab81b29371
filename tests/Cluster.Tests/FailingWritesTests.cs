using System.Buffers.Binary;
using System.Text;
using Webrana.Chaos.Network;

namespace Webrana.Cluster.Tests;

/// <summary>The wire that loses writes, byte by byte: it must find the commit wherever the bytes are cut, and leave everything else alone.</summary>
public sealed class FailingWritesTests
{
    private const string Ledger = "ledger";
    private static readonly byte[] Ready = Message('Z', "I"), InTransaction = Message('Z', "T"), Done = Message('C', "INSERT 0 1\0");

    private readonly FailingWrites _failing = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Writes_fail_in_turn_before_their_commit_and_behind_it(int bytesAtOnce)
    {
        _failing.Begin(Ledger, 2);

        Assert.True(Ask(Connect(bytesAtOnce), bytesAtOnce, Write("_auto0")), "the first of two goes through");
        Assert.False(Ask(Connect(bytesAtOnce), bytesAtOnce, Write("_auto0")), "the second never reaches its commit");
        var third = Connect(bytesAtOnce);
        Assert.True(Ask(third, bytesAtOnce, Write("_auto0")));
        Assert.Equal(Passage.Passes, Answer(third, bytesAtOnce, [.. Done, .. Ready]));
        // Prepared a moment ago: only its name goes up.
        Assert.True(Ask(third, bytesAtOnce, [.. Message('B', "\0_auto0\0"), .. Message('E', "\0"), .. Message('S', "")]));
        Assert.Equal(Passage.Waits, Answer(third, bytesAtOnce, Done));
        Assert.Equal(Passage.Lost, Answer(third, bytesAtOnce, Ready));

        Assert.Equal((1, 1), (_failing.Struck(Ledger, CommitMoment.Before), _failing.Struck(Ledger, CommitMoment.After)));
    }

    [Fact]
    public void What_reads_or_only_locks_and_other_pools_are_left_alone()
    {
        _failing.Begin(Ledger, 1);
        var ledger = Connect(100_000);
        var membership = Connect(100_000, "membership");

        Assert.True(Ask(ledger, 100_000, Statement("", "SELECT updated_at FROM wallets FOR NO KEY UPDATE SKIP LOCKED")));
        Assert.True(Ask(membership, 100_000, Write("")));
        Assert.False(Ask(ledger, 100_000, Write("")));
    }

    [Fact]
    public void What_the_server_refused_or_has_not_committed_yet_is_not_lost()
    {
        _failing.Begin(Ledger, 1);
        Assert.False(Ask(Connect(100_000), 100_000, Write("")));
        var refused = Connect(100_000);
        Assert.True(Ask(refused, 100_000, Write("")));
        Assert.Equal(Passage.Waits, Answer(refused, 100_000, Message('E', "SERROR\0C23505\0\0")));
        Assert.Equal(Passage.Passes, Answer(refused, 100_000, Ready));
        Assert.False(Ask(Connect(100_000), 100_000, Write("")));
        var open = Connect(100_000);
        Assert.True(Ask(open, 100_000, Write("")));
        Assert.Equal(Passage.Passes, Answer(open, 100_000, [.. Done, .. InTransaction]));

        _failing.End();
        Assert.True(Ask(open, 100_000, Message('Q', "COMMIT\0")));
        Assert.Equal((2, 0), (_failing.Struck(Ledger, CommitMoment.Before), _failing.Struck(Ledger, CommitMoment.After)));
    }

    /// <summary>A connection as Npgsql opens it: a question about encryption, refused in one bare byte, then the start-up message.</summary>
    private PostgresSession Connect(int bytesAtOnce, string pool = Ledger)
    {
        var session = new PostgresSession(_failing);
        Assert.True(Ask(session, bytesAtOnce, [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]));
        Assert.Equal(Passage.Passes, Answer(session, bytesAtOnce, "N"u8.ToArray()));
        Assert.True(Ask(session, bytesAtOnce, Untyped($"\0\u0003\0\0user\0webrana\0application_name\0webrana {pool}\0\0")));
        Assert.Equal(Passage.Passes, Answer(session, bytesAtOnce, [.. Message('R', "\0\0\0\0"), .. Message('S', "TimeZone\0UTC\0"), .. Ready]));
        return session;
    }

    private static byte[] Write(string name) => Statement(name, "WITH moved AS (UPDATE wallets SET version = 2) INSERT INTO wallet_transactions SELECT 1");

    private static byte[] Statement(string name, string sql) =>
        [.. Message('P', $"{name}\0{sql}\0\0\0"), .. Message('B', $"\0{name}\0{new string('x', 20_000)}"), .. Message('D', "P\0"), .. Message('E', "\0\0\0\0\0"), .. Message('S', "")];

    private static byte[] Message(char type, string body) => [(byte)type, .. Untyped(body)];

    private static byte[] Untyped(string body)
    {
        var bytes = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length);
        Encoding.Latin1.GetBytes(body, bytes.AsSpan(4));
        return bytes;
    }

    private static bool Ask(PostgresSession session, int bytesAtOnce, byte[] bytes) => bytes.Chunk(bytesAtOnce).All(piece => session.Asks(piece));

    // What became of the last piece.
    private static Passage Answer(PostgresSession session, int bytesAtOnce, byte[] bytes) =>
        bytes.Chunk(bytesAtOnce).Aggregate(Passage.Passes, (_, piece) => session.Answers(piece));
}
