using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Grains.Wallets;

/// <summary>
/// One customer's wallet: a cache, a queue and a batcher in front of the ledger, which alone decides. A command is only enqueued; one loop
/// decides what waits over the committed record, commits it through the version fence, and answers each command by its own outcome. Two
/// activations of one wallet are therefore slow, never wrong.
/// </summary>
[GrainType("wallet"), Reentrant]
public sealed partial class WalletGrain(
    LedgerStore ledger, LedgerRows rows, TimeProvider time, Random spread, IOptions<WalletOptions> options, ILogger<WalletGrain> log) : Grain, IWalletGrain
{
    private const int MaxOperationIdLength = 200;

    private readonly WalletOptions _options = options.Value;
    private readonly List<PendingCommand> _mailbox = [];
    private readonly Dictionary<string, PendingCommand> _waiting = new(StringComparer.Ordinal);
    private UserId _owner;

    // The only money state: one immutable record, replaced by reference by the loop alone, after the database said yes.
    private StoredWallet _committed = null!;
    private RecentOperations? _recent;
    private Task _loop = Task.CompletedTask;
    private bool _looping;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _owner = new UserId(GrainKeys.Guid(this.GetPrimaryKeyString(), "wallet"));
        try
        {
            _committed = await ledger.LoadAsync(_owner.Value);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.CannotLoad(exception, _owner);
            throw new InfrastructureException("The ledger cannot be reached.", outcomeKnown: true);
        }
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _loop;
        if (_hintOwed) Hint(); // nobody is left to send the one that was coming
    }

    /// <inheritdoc/>
    public Task<WalletView> Get()
    {
        var (wallet, now) = (_committed.Wallet, time.GetUtcNow().ToUnixTimeMilliseconds());
        return Task.FromResult(new WalletView(
            _owner, wallet.BalanceIdr, wallet.HeldIdr, wallet.AvailableIdr, wallet.BonusIdrAt(now), wallet.Version,
            _committed.CreatedAt, _committed.UpdatedAt, wallet.DebtIdr, LotsOf(wallet, now)));
    }

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> Credit(CreditCommand command) => Submit(WalletCommands.From(command), command.AmountIdr);

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> GrantBonus(GrantBonusCommand command) => Submit(WalletCommands.From(command), command.AmountIdr);

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> Debit(DebitCommand command) =>
        Submit(WalletCommands.From(command), command.AmountIdr, command.Quiet);

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> Hold(HoldCommand command) => Submit(WalletCommands.From(command), command.AmountIdr);

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> Capture(CaptureCommand command) => Submit(WalletCommands.From(command));

    /// <inheritdoc/>
    public Task<Result<PostingReceipt, WalletError>> Release(ReleaseCommand command) => Submit(WalletCommands.From(command));

    // Decides nothing and awaits nothing before the command is in the mailbox.
    private Task<Result<PostingReceipt, WalletError>> Submit(LedgerCommand command, long amountIdr = 1, bool quiet = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(command.OperationId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(command.OperationId.Length, MaxOperationIdLength);
        if (amountIdr <= 0) return Task.FromResult<Result<PostingReceipt, WalletError>>(WalletError.InvalidAmount);

        if (_recent?.Find(command.OperationId) is { } posted) return Task.FromResult(AnswerFrom(posted, command));
        if (_waiting.TryGetValue(command.OperationId, out var same)) return Share(same, command);
        if (_mailbox.Count >= _options.MailboxCapacity) return Task.FromResult<Result<PostingReceipt, WalletError>>(WalletError.Overloaded);

        var pending = new PendingCommand(command, TimeProvider.System.GetTimestamp(), quiet);
        _mailbox.Add(pending);
        _waiting.Add(command.OperationId, pending);
        if (!_looping)
        {
            _looping = true;
            _loop = RunAsync();
        }

        return pending.Answered;
    }

    // The same id twice at once: the second learns what became of the first. With another body it asks again when the first is
    // settled: an id whose first use was refused is still free, one that was used is a conflict.
    private async Task<Result<PostingReceipt, WalletError>> Share(PendingCommand first, LedgerCommand command)
    {
        var outcome = await first.Answered;
        if (first.Command != command) return await Submit(command);
        return outcome.TryGet(out var receipt) ? receipt with { AlreadyDone = true } : outcome;
    }

    private static Result<PostingReceipt, WalletError> AnswerFrom(PostedOperation posted, LedgerCommand command) =>
        posted.IsFor(command) ? WalletCommands.Receipt(posted, alreadyDone: true) : WalletError.OperationConflict;
}
