using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Webrana.Data.Batching;
using Webrana.Domain.Promos;

namespace Webrana.Data.Promos;

/// <summary>What must be known of a promo to decide: these subjects' places and all places of these people.</summary>
public sealed record UsageQuestion(string PromoId, IReadOnlyCollection<string> Subjects, IReadOnlyCollection<Guid> Users);

/// <summary>The answer, from one snapshot.</summary>
/// <param name="Exists">False while nobody ever reserved anything of this promo.</param>
/// <param name="Version">The fence: a step names it.</param>
public sealed record LoadedUsages(bool Exists, long Version, long Used, long GrantedIdr, IReadOnlyList<Place> Places);

/// <summary>What was decided over a loaded version.</summary>
/// <param name="Used">Places that count, afterwards.</param>
/// <param name="GrantedIdr">What they are worth, afterwards.</param>
/// <param name="Places">The changed places as they shall be.</param>
/// <param name="IsFirst">True when no counter row exists yet.</param>
public sealed record UsageStep(string PromoId, long Version, long Used, long GrantedIdr, IReadOnlyList<Place> Places, bool IsFirst);

/// <summary>What became of a step.</summary>
public enum UsageCommit
{
    Committed,

    /// <summary>Nothing was written: somebody else was faster, or holds the row. Load and decide again.</summary>
    Fenced,

    /// <summary>The database did not say. Load again: what was written shows.</summary>
    Unknown,
}

/// <summary>
/// Usages of promos as rows, group-committed over all promos of this silo: no timer, the next statement takes whatever waited for the one
/// before. It decides nothing; a promo's grain does, and the counter's version keeps two activations of it from deciding over each other.
/// </summary>
public sealed partial class PromoUsages : IAsyncDisposable
{
    private const int MaxPromos = 256;
    private const int MaxRows = 4096;

    // More codes than this are asked for every time; a shop has dozens.
    private const int MostCodes = 10_000;

    private readonly DataSources _sources;
    private readonly ILogger<PromoUsages> _log;
    private readonly BatchQueue<UsageQuestion, LoadedUsages> _loads;
    private readonly BatchQueue<UsageStep, UsageCommit> _commits;
    private readonly ConcurrentDictionary<string, string> _codes = new(StringComparer.Ordinal);

    public PromoUsages(DataSources sources, ILogger<PromoUsages> log)
    {
        (_sources, _log) = (sources, log);
        _loads = new("promo-load", 1, TakeLoads, LoadAsync);
        _commits = new("promo-commit", 2, TakeCommits, CommitAsync);
    }

    /// <summary>Called at the arrows <c>before_commit</c> and <c>after_commit</c>, so that a fault test can die or lose the answer there.</summary>
    public Func<string, Task>? FailPoint { get; set; }

    /// <summary>Reads what a decision needs, together with whoever else asks at this moment. Throws when PostgreSQL cannot be reached.</summary>
    public Task<LoadedUsages> LoadAsync(UsageQuestion question) => _loads.Enqueue(question);

    /// <summary>Writes what was decided, or says why not. What the network does is an outcome; a value that PostgreSQL refuses is thrown.</summary>
    public Task<UsageCommit> CommitAsync(UsageStep step) => _commits.Enqueue(step);

    /// <summary>Every unreleased place of a promo: what a sold-out promo keeps in mind, so that its refusals ask nobody.</summary>
    public Task<LoadedUsages> LiveAsync(string promoId) => UsageStatements.LiveAsync(_sources.State, promoId);

    /// <summary>Claims a code for a promo; false when another one has it.</summary>
    public async Task<bool> ClaimCodeAsync(string code, string promoId, CancellationToken cancellation = default)
    {
        await using var command = _sources.State.CreateCommand("""
            WITH claimed AS (INSERT INTO promo_codes (code, promo_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING promo_id)
            SELECT promo_id = $2 FROM (SELECT promo_id FROM claimed UNION ALL SELECT promo_id FROM promo_codes WHERE code = $1) c LIMIT 1
            """);
        command.Parameters.Add(new() { Value = code });
        command.Parameters.Add(new() { Value = promoId });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>
    /// The promo that a code means or meant, or null. Whether the code is still the promo's own, the promo says. A code is claimed once and for
    /// ever, so what was found is remembered; what was not found is asked again.
    /// </summary>
    public async Task<string?> FindByCodeAsync(string code, CancellationToken cancellation = default)
    {
        if (_codes.TryGetValue(code, out var known)) return known;
        await using var command = _sources.Queries.CreateCommand("SELECT promo_id FROM promo_codes WHERE code = $1");
        command.Parameters.Add(new() { Value = code });
        var found = await command.ExecuteScalarAsync(cancellation) as string;
        if (found is not null && _codes.Count < MostCodes) _codes.TryAdd(code, found);
        return found;
    }

    /// <summary>Lets the statements in flight finish; what is enqueued later fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await _loads.DisposeAsync();
        await _commits.DisposeAsync();
    }

    private static void TakeLoads(ChannelReader<Request<UsageQuestion, LoadedUsages>> queue, List<Request<UsageQuestion, LoadedUsages>> batch)
    {
        var rows = 0;
        while (batch.Count < MaxPromos && rows < MaxRows && queue.TryRead(out var next))
        {
            rows += next.Input.Subjects.Count + next.Input.Users.Count;
            batch.Add(next);
        }
    }

    // A promo goes at most once into a statement: a second step of it (two activations in one process) waits for the next.
    private static void TakeCommits(ChannelReader<Request<UsageStep, UsageCommit>> queue, List<Request<UsageStep, UsageCommit>> batch)
    {
        var promos = new HashSet<string>(StringComparer.Ordinal);
        var rows = 0;
        while (batch.Count < MaxPromos && rows < MaxRows && queue.TryPeek(out var next))
        {
            if (!promos.Add(next.Input.PromoId) || !queue.TryRead(out next)) break;
            rows += next.Input.Places.Count;
            batch.Add(next);
        }
    }

    private async Task LoadAsync(List<Request<UsageQuestion, LoadedUsages>> batch)
    {
        // Two activations in one process may ask about one promo: they share a snapshot, each takes what it asked for and more.
        var loaded = await UsageStatements.LoadAsync(_sources.State, [.. batch.Select(request => request.Input)]);
        foreach (var request in batch) request.Answer(loaded[request.Input.PromoId]);
    }

    private async Task CommitAsync(List<Request<UsageStep, UsageCommit>> batch)
    {
        try
        {
            if (FailPoint is { } before) await before("before_commit");
            var newcomers = batch.Where(request => request.Input.IsFirst).Select(request => request.Input.PromoId).ToList();
            if (newcomers.Count > 0) await UsageStatements.MakeCountersAsync(_sources.State, newcomers);
            var committed = await UsageStatements.CommitAsync(_sources.State, [.. batch.Select(request => request.Input)]);
            if (FailPoint is { } after) await after("after_commit");
            foreach (var request in batch) request.Answer(committed.Contains(request.Input.PromoId) ? UsageCommit.Committed : UsageCommit.Fenced);
        }
        catch (PostgresException exception) when (batch.Count > 1 && IsRefusalOfValues(exception))
        {
            // The whole statement was refused and nothing committed: find the guilty promo by halving.
            var half = batch.Count / 2;
            await CommitAsync(batch.GetRange(0, half));
            await CommitAsync(batch.GetRange(half, batch.Count - half));
        }
        catch (Exception exception) when (IsDatabase(exception) && !(exception is PostgresException postgres && IsRefusalOfValues(postgres)))
        {
            LogUnknown(_log, exception, batch.Count);
            BatchSpans.SayUnknown();
            foreach (var request in batch) request.Answer(UsageCommit.Unknown);
        }
    }

    private static bool IsRefusalOfValues(PostgresException exception) =>
        exception.SqlState.StartsWith("22", StringComparison.Ordinal) || exception.SqlState.StartsWith("23", StringComparison.Ordinal);

    private static bool IsDatabase(Exception exception) => exception is NpgsqlException or TimeoutException or IOException or OperationCanceledException;

    [LoggerMessage(1, LogLevel.Warning, "The database did not say whether the usages of {Count} promos were written; they are read again")]
    private static partial void LogUnknown(ILogger logger, Exception exception, int count);
}
