using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Webrana.Data.Batching;

namespace Webrana.Data.Wallets;

/// <summary>
/// The ledger's one door, a plain singleton per silo. Wallets hand it their steps; it group-commits them across wallets: while one
/// statement is in flight the next batch collects, so that load makes batches larger and never waits for a timer. Knows nothing of
/// balances: the statement's fence decides, and every item gets an answer of its own.
/// </summary>
public sealed class LedgerStore : IAsyncDisposable
{
    private const int LoadAttempts = 4;

    private readonly NpgsqlDataSource _source;
    private readonly LedgerOptions _options;
    private readonly ILogger<LedgerStore> _log;
    private readonly BatchQueue<LedgerItem, CommitAnswer> _commits;
    private readonly BatchQueue<Guid, StoredWallet> _loads;

    public LedgerStore(DataSources sources, LedgerOptions options, ILogger<LedgerStore> log)
    {
        _source = sources.Ledger;
        _options = options;
        _log = log;
        _commits = new("ledger-commit", options.Writers, TakeCommits, CommitAsync);
        _loads = new("ledger-load", 1, TakeLoads, LoadAsync);
    }

    /// <summary>Called at the arrows <c>before_commit</c> and <c>after_commit</c>, so that a fault test can die or lose the answer there.</summary>
    public Func<string, Task>? FailPoint { get; set; }

    /// <summary>Writes one wallet's step, or says why not. Never throws for what PostgreSQL or the network does: that is an outcome.</summary>
    public Task<CommitAnswer> CommitAsync(LedgerItem item) => _commits.Enqueue(item);

    /// <summary>Reads one wallet as it is now, together with whoever else asks at this moment. Throws when PostgreSQL cannot be reached.</summary>
    public Task<StoredWallet> LoadAsync(Guid walletId) => _loads.Enqueue(walletId);

    /// <summary>Lets the statements in flight finish; what is enqueued later fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await _commits.DisposeAsync();
        await _loads.DisposeAsync();
    }

    // A wallet goes at most once into a statement: a second step of it (two activations in one process) waits for the next.
    private void TakeCommits(ChannelReader<Request<LedgerItem, CommitAnswer>> queue, List<Request<LedgerItem, CommitAnswer>> batch)
    {
        var wallets = new HashSet<Guid>();
        var lines = 0;
        while (batch.Count < _options.MaxWallets && lines < _options.MaxLines && queue.TryPeek(out var next))
        {
            if (!wallets.Add(next.Input.WalletId) || !queue.TryRead(out next)) break;
            lines += next.Input.Entries.Count;
            batch.Add(next);
        }
    }

    private static void TakeLoads(ChannelReader<Request<Guid, StoredWallet>> queue, List<Request<Guid, StoredWallet>> batch)
    {
        while (batch.Count < 4096 && queue.TryRead(out var next)) batch.Add(next);
    }

    private async Task CommitAsync(List<Request<LedgerItem, CommitAnswer>> batch)
    {
        var newcomers = batch.Where(request => !request.Input.Before.Exists).Select(request => request.Input).ToList();
        if (newcomers.Count > 0)
        {
            try
            {
                await LoadStatement.CreateMissingAsync(_source, newcomers, CancellationToken.None);
            }
            catch (Exception exception) when (IsDatabase(exception))
            {
                _log.RowsNotMade(exception, newcomers.Count); // the commit below finds no row and is fenced; the wallet asks again
            }
        }

        await CommitHalvingAsync(batch);
    }

    private async Task CommitHalvingAsync(List<Request<LedgerItem, CommitAnswer>> batch)
    {
        CommitStatement.Answer answer;
        try
        {
            if (FailPoint is { } before) await before("before_commit");
            answer = await CommitStatement.ExecuteAsync(_source, batch.Select(request => request.Input).ToArray(), CancellationToken.None);
            if (FailPoint is { } after) await after("after_commit");
        }
        catch (PostgresException exception) when (IsRefusalOfValues(exception))
        {
            // The whole statement was refused and nothing committed: find the guilty wallet by halving.
            if (batch.Count == 1)
            {
                _log.Refused(exception, batch[0].Input.WalletId);
                batch[0].Answer(new CommitAnswer(CommitOutcome.Refused, [], exception));
                return;
            }

            var half = batch.Count / 2;
            await CommitHalvingAsync(batch.GetRange(0, half));
            await CommitHalvingAsync(batch.GetRange(half, batch.Count - half));
            return;
        }
        catch (Exception exception) when (IsDatabase(exception))
        {
            // Whatever else went wrong, the statement may have committed before its answer was lost.
            _log.OutcomeUnknown(exception, batch.Count);
            BatchSpans.SayUnknown();
            foreach (var request in batch) request.Answer(new CommitAnswer(CommitOutcome.Unknown, [], exception));
            return;
        }

        foreach (var request in batch) request.Answer(answer.For(request.Input));
    }

    private async Task LoadAsync(List<Request<Guid, StoredWallet>> batch)
    {
        Guid[] ids = [.. batch.Select(request => request.Input).Distinct()];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var wallets = await LoadStatement.ExecuteAsync(_source, ids, CancellationToken.None);
                foreach (var request in batch) request.Answer(wallets.GetValueOrDefault(request.Input) ?? StoredWallet.Missing(request.Input));
                return;
            }
            catch (Exception exception) when (IsDatabase(exception) && !IsTimeout(exception) && attempt < LoadAttempts)
            {
                // Reading again costs nothing; failing would cost an activation and everybody who waits for it. A timeout has cost
                // their patience already.
                _log.LoadAgain(exception, ids.Length);
                await Task.Delay(TimeSpan.FromMilliseconds(25 * attempt));
            }
        }
    }

    private static bool IsRefusalOfValues(PostgresException exception) =>
        exception.SqlState.StartsWith("22", StringComparison.Ordinal) || exception.SqlState.StartsWith("23", StringComparison.Ordinal);

    private static bool IsTimeout(Exception exception) => exception is TimeoutException or OperationCanceledException || exception.InnerException is TimeoutException;

    private static bool IsDatabase(Exception exception) => exception is NpgsqlException or TimeoutException or IOException or OperationCanceledException;
}
