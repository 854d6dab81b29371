using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Deposits;
using Webrana.Tripay;

namespace Webrana.Grains.Deposits;

// The effects. Each step asks or tells the outside, then writes what came of it; dying in between repeats the step.
public sealed partial class DepositGrain
{
    enum SearchOutcome
    {
        Found,
        Nothing,
        Unknown,
    }

    /// <summary>Makes sure of a gateway transaction while the customer waits.</summary>
    /// <param name="mayHaveBeenSent">True when an earlier attempt may have reached the gateway, which knows no idempotency key.</param>
    async Task Open(bool mayHaveBeenSent)
    {
        if (mayHaveBeenSent && await Adopt() != SearchOutcome.Nothing) return;
        if (!await ReservePromo()) return;

        var created = await _gateway.Create(_state.Value);
        await Arrow("deposit.create_answered");
        switch (created)
        {
            case TripayResult<FoundPayment>.Ok { Value: var found }:
                await Opened([found]);
                break;
            case TripayResult<FoundPayment>.Refused refused:
                Log.CreateRefused(_logger, Id, refused.Message, refused.HttpStatus);
                await Update(DepositChanges.GivenUp);
                break;
            case TripayResult<FoundPayment>.Unknown unknown:
                Log.CreateUnknown(_logger, Id, unknown.Reason);
                await Adopt();
                break;
        }
    }

    /// <summary>Takes over whatever exists at the gateway under our merchant reference.</summary>
    async Task<SearchOutcome> Adopt()
    {
        var found = await _gateway.Search(_state.Value);
        if (found is TripayResult<IReadOnlyList<FoundPayment>>.Ok { Value: var payments })
        {
            if (payments.Count == 0) return SearchOutcome.Nothing;
            await Opened(payments);
            return SearchOutcome.Found;
        }
        Log.GatewayAway(_logger, Id, _state.Value.MerchantRef, Reason(found));
        return SearchOutcome.Unknown;
    }

    async Task Opened(IReadOnlyList<FoundPayment> newestFirst)
    {
        await FileWords(newestFirst);
        // Oldest first, so that the newest ends in front: its expiry is the farthest.
        await Update(state => newestFirst.Take(DepositChanges.MaximumReferences).Reverse()
            .Aggregate(state, (next, found) => DepositChanges.Opened(next, found.Payment, found.Instructions, _time.GetUtcNow())));
        await Arrow("deposit.reference_stored");
        foreach (var found in newestFirst) Log.Opened(_logger, Id, found.Payment.Reference);
        _notices.Changed(_state.Value);
        if (DepositFlow.Next(_state.Value, NowMs).Work != DepositWork.Nothing) WorkBehind(); // A callback came first.
    }

    async Task<bool> SearchLater()
    {
        // The customer's own call is still at it; a sweeper must not wait behind it.
        if (_opening is { IsCompleted: false }) return false;
        var outcome = await Adopt();
        if (outcome == SearchOutcome.Nothing) await Update(state => DepositChanges.NothingFound(state, NowMs));
        return outcome != SearchOutcome.Unknown;
    }

    async Task<bool> Confirm(string reference)
    {
        if (DepositFlow.Find(_state.Value, reference) is not { } asked) return true;
        var answer = await _gateway.Detail(reference);
        switch (answer)
        {
            case TripayResult<PaymentDetail>.Ok { Value: var detail }:
                await Judge(asked, detail);
                return true;
            case TripayResult<PaymentDetail>.Refused when !asked.Ours:
                Log.UnknownReference(_logger, Id, reference);
                await Update(state => DepositChanges.Unheard(state, reference));
                return true;
            default:
                Log.GatewayAway(_logger, Id, reference, Reason(answer));
                return false;
        }
    }

    async Task Judge(DepositPayment asked, PaymentDetail detail)
    {
        await OpenCaseOf(PaymentJudgement.Judge(DepositFlow.Expectation(_state.Value, asked), detail.Evidence), asked.Reference, detail.Evidence.ToPayIdr);
        var verdict = PaymentVerdict.NotPaid;
        await Update(state =>
        {
            if (DepositFlow.Find(state, asked.Reference) is not { } payment) return null;
            verdict = PaymentJudgement.Judge(DepositFlow.Expectation(state, payment), detail.Evidence);
            return DepositChanges.Judged(state, payment, verdict, detail.Evidence, detail.PaidAt, asked.Noticed, _time.GetUtcNow());
        });
        await Arrow("deposit.verdict_stored");
        Report(asked, verdict);
    }

    void Report(DepositPayment asked, PaymentVerdict verdict)
    {
        var claimed = asked.Noticed is { } word ? TripayStatusText.Parse(word) : TripayStatus.Unknown;
        if (verdict is PaymentVerdict.WrongAmount or PaymentVerdict.WrongReference or PaymentVerdict.Unreadable)
            Log.Disagrees(_logger, Id, asked.Reference, _state.Value.Review ?? verdict.ToString());
        else if (verdict == PaymentVerdict.Refunded && asked.CreditedIdr > 0 && asked.Stage != PaymentStage.Refunded)
            Log.RefundAfterCredit(_logger, Id, asked.Reference);
        else if (claimed == TripayStatus.Paid && verdict != PaymentVerdict.Credit)
            Log.NoticeNotConfirmed(_logger, Id, asked.Reference, verdict);
        else if (verdict != PaymentVerdict.NotPaid)
            Log.Judged(_logger, Id, asked.Reference, verdict);
    }

    async Task<bool> Credit(string reference)
    {
        var state = _state.Value;
        await OpenCasesOfCredit(DepositFlow.Find(state, reference)!);
        var command = new CreditCommand(
            $"tripay:{reference}",
            state.AmountIdr,
            new PostingReference(ReferenceType.Deposit, Id.ToString(), ContraAccount.Gateway, $"Isi saldo lewat {state.MethodName}"));
        Result<PostingReceipt, WalletError> credited;
        try
        {
            credited = await GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(state.Owner))).Credit(command);
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.CreditUnknown(_logger, Id, reference, exception.GetType().Name);
            return false;
        }
        await Arrow("deposit.credited");

        if (credited.TryGet(out var receipt))
        {
            await Update(next => DepositFlow.Find(next, reference) is { } payment ? DepositChanges.Credited(next, payment, receipt.BalanceAfterIdr) : null);
            await Arrow("deposit.paid_stored");
            Log.Credited(_logger, Id, reference, state.AmountIdr);
            if (state.CreditedIdr > 0) Log.PaidTwice(_logger, Id, reference);
            return true;
        }
        if (credited.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
        {
            Log.CreditUnknown(_logger, Id, reference, credited.Error.Value.ToString());
            return false;
        }
        Log.CreditRefused(_logger, Id, reference, credited.Error!.Value.ToString());
        await Update(next => next with { Review = DepositReviews.CreditRefused });
        return true;
    }

    async Task<bool> Tell(string reference)
    {
        var payment = DepositFlow.Find(_state.Value, reference)!;
        try
        {
            if (!await (payment.ReversedIdr > 0 ? _notices.Owed(_state.Value, payment) : _notices.Paid(_state.Value, payment)))
            {
                Log.TellingFailed(_logger, null, Id, reference);
                return false;
            }
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.TellingFailed(_logger, exception, Id, reference);
            return false;
        }
        await Arrow("deposit.told");
        await Update(next => DepositFlow.Find(next, reference) is { } told ? DepositChanges.Told(next, told) : null);
        return true;
    }

    static string Reason<T>(TripayResult<T> result) => result switch
    {
        TripayResult<T>.Refused refused => $"refused: {refused.Message}",
        TripayResult<T>.Unknown unknown => unknown.Reason,
        _ => "",
    };
}
