using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Grains.Wallets;

/// <summary>A command in a wallet's mailbox, with whoever waits for it.</summary>
internal sealed class PendingCommand(LedgerCommand command, long enqueuedAt, bool quiet)
{
    private readonly TaskCompletionSource<Result<PostingReceipt, WalletError>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LedgerCommand Command { get; } = command;

    /// <summary>Monotonic timestamp: patience is not business time.</summary>
    public long EnqueuedAt { get; } = enqueuedAt;

    /// <summary>Open pages are told by somebody else.</summary>
    public bool Quiet { get; } = quiet;

    /// <summary>The span of the call that brought it, if anybody traces; open until the answer.</summary>
    public Activity? Caller { get; } = Activity.Current;

    public Task<Result<PostingReceipt, WalletError>> Answered => _answer.Task;

    public void Answer(Result<PostingReceipt, WalletError> result) => _answer.TrySetResult(result);

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}

/// <summary>The last few operations of one wallet. Saves a statement for a quick retry; correctness never depends on it.</summary>
internal sealed class RecentOperations(int capacity)
{
    private readonly Dictionary<string, PostedOperation> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public PostedOperation? Find(string operationId) => _byId.GetValueOrDefault(operationId);

    public void Remember(PostedOperation posted)
    {
        if (!_byId.TryAdd(posted.OperationId, posted)) return;
        _order.Enqueue(posted.OperationId);
        if (_order.Count > capacity) _byId.Remove(_order.Dequeue());
    }
}
