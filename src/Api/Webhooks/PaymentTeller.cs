using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Api.Hosting;
using Webrana.Data.Desk;
using Webrana.Data.Faults;
using Webrana.Tripay.Callbacks;

namespace Webrana.Api.Webhooks;

/// <summary>Tells the deposit grain of a callback whose row is durable, and notes in the row what it said.</summary>
public sealed class PaymentTeller(IClusterClient cluster, PaymentInbox inbox, PaymentCases cases, FailPoints failPoints, BusinessTime clock)
{
    /// <summary>Tripay waits about five seconds for its answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>What the deposit said. Throws when the cluster does not answer in time: the row stays for the worker.</summary>
    public async Task<Told> TellAsync(long inboxId, TripayPayment payment, CancellationToken cancellation)
    {
        if (!MerchantRef.TryParse(payment.MerchantRef, out var deposit))
        {
            await UnmatchedAsync(payment, cancellation);
            await inbox.NoteAsync(inboxId, "unknown_reference", handled: true, cancellation);
            return Told.Closed;
        }

        var told = await cluster.GetGrain<IDepositGrain>(GrainKeys.Deposit(deposit)).PaymentNoticed(PaymentInbox.Notice(payment)).WaitAsync(Patience, cancellation);
        // Dies here: the row is unhandled and is told again, which changes nothing.
        await failPoints.Hit("webhook.told", payment.Reference);
        switch (told.Error)
        {
            case null:
                await inbox.NoteAsync(inboxId, "told", handled: true, cancellation);
                return Told.Taken;
            case DepositError.NotFound:
                await inbox.NoteAsync(inboxId, "unknown_deposit", handled: false, cancellation);
                return Told.NoSuchDeposit;
            case DepositError.GatewayUnavailable:
                await inbox.NoteAsync(inboxId, "deferred", handled: false, cancellation);
                return Told.Deferred;
            default:
                // Not ours to decide twice: another reference, another amount. The row is the evidence.
                await inbox.NoteAsync(inboxId, $"refused: {told.Error} {told.Detail}".TrimEnd(), handled: true, cancellation);
                return Told.Closed;
        }
    }

    /// <summary>Money that the gateway took for nobody we know: somebody at the payment desk has to look.</summary>
    public Task UnmatchedAsync(TripayPayment payment, CancellationToken cancellation) =>
        payment.StatusText != "PAID" ? Task.CompletedTask : cases.OpenAsync(
            new PaymentCase(
                Guid.Empty, PaymentCaseKind.Unmatched, payment.Reference, payment.MerchantRef, null, null, null, payment.TotalAmountIdr, null, clock.GetUtcNow()),
            cancellation);
}

/// <summary>What became of one telling.</summary>
public enum Told
{
    /// <summary>The deposit took the notice.</summary>
    Taken,

    /// <summary>It is not told again; the row says why.</summary>
    Closed,

    /// <summary>There is none of that name. Tripay shall call again: it may have been faster than our own create.</summary>
    NoSuchDeposit,

    /// <summary>The deposit is there, and could not ask the gateway about it now.</summary>
    Deferred,

    /// <summary>The cluster did not answer: nothing is known of the deposit.</summary>
    Away,
}
