using System.Collections.Concurrent;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.WalletBench.Contenders;

/// <summary>
/// The honest rival: the same rules and the same group commit in plain ASP.NET, with a dictionary in the place of Orleans. It is right only
/// while it is the one process that touches these wallets, and it heals nothing: what Orleans and the healing loop cost is the difference.
/// </summary>
internal sealed class PlainGroupCommit(LedgerStore ledger, TimeProvider time) : IContender
{
    private static readonly PostingMemo Memo = new("VPS_PAYMENT", "bench", "REVENUE", "Benchmark");
    private readonly ConcurrentDictionary<Guid, PlainWallet> _wallets = new();

    public string Name => "group";

    public Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr) =>
        _wallets.GetOrAdd(wallet, id => new PlainWallet(id, ledger, time)).DebitAsync(new Debit(operationId, amountIdr, Memo));

    private sealed class PlainWallet(Guid id, LedgerStore ledger, TimeProvider time)
    {
        private readonly Lock _gate = new();
        private List<(Debit Command, TaskCompletionSource<DebitResult> Answer)> _mailbox = [];
        private StoredWallet? _committed;
        private bool _running;

        public Task<DebitResult> DebitAsync(Debit command)
        {
            var answer = new TaskCompletionSource<DebitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _mailbox.Add((command, answer));
                if (_running) return answer.Task;
                _running = true;
            }

            _ = RunAsync();
            return answer.Task;
        }

        private async Task RunAsync()
        {
            while (true)
            {
                List<(Debit Command, TaskCompletionSource<DebitResult> Answer)> work;
                lock (_gate)
                {
                    if (_mailbox.Count == 0)
                    {
                        _running = false;
                        return;
                    }

                    (work, _mailbox) = (_mailbox, []);
                }

                try
                {
                    await CommitAsync(work);
                }
                catch (Exception exception)
                {
                    foreach (var (_, answer) in work) answer.TrySetException(exception);
                }
            }
        }

        private async Task CommitAsync(List<(Debit Command, TaskCompletionSource<DebitResult> Answer)> work)
        {
            var before = _committed ??= await ledger.LoadAsync(id);
            var now = time.GetUtcNow();
            var wallet = before.Wallet;
            var entries = new List<LedgerEntry>(work.Count);
            var decisions = new List<Decision>(work.Count);
            foreach (var (command, _) in work)
            {
                var decision = LedgerRules.Decide(wallet, command, now.ToUnixTimeMilliseconds());
                entries.Add(new LedgerEntry(command.OperationId, decision.Line));
                decisions.Add(decision);
                wallet = decision.After;
            }

            var answer = await ledger.CommitAsync(new LedgerItem(before, wallet, entries, now));
            _committed = answer.Outcome == CommitOutcome.Committed ? before with { Wallet = wallet } : null;
            for (var n = 0; n < work.Count; n++)
            {
                work[n].Answer.SetResult(
                    answer.Outcome != CommitOutcome.Committed ? new(DebitOutcome.Unavailable, 0)
                    : decisions[n].Line is { } line ? new(DebitOutcome.Done, line.BalanceAfterIdr)
                    : new(DebitOutcome.Insufficient, 0));
            }
        }
    }
}
