using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Domain.Deposits;
using Webrana.Grains.Common;
using Webrana.Tripay;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Transactions;

namespace Webrana.Grains.Deposits;

/// <summary>
/// A deposit's conversation with Tripay: every call takes its turn in the merchant's budget first, and answers come back in the
/// deposit's own words. Texts of the gateway are stripped of markup and of U+0000, which PostgreSQL's jsonb refuses.
/// </summary>
public sealed class DepositGateway(
    TripayClient tripay, IOptions<TripayOptions> merchant, IOptions<DepositOptions> options, IGrainFactory grains,
    [FromKeyedServices(RealTime.Key)] TimeProvider realTime)
{
    // Instructions are a comfort: what is longer than this is cut, because states stay small.
    const int MaximumInstructions = 5;
    const int MaximumSteps = 10;
    const int MaximumStepLength = 240;

    /// <summary>The merchant account's grain.</summary>
    public ITripayAccountGrain Account => grains.GetGrain<ITripayAccountGrain>(GrainKeys.TripayAccount(merchant.Value.MerchantCode));

    /// <summary>Creates the gateway transaction of an intended deposit. Sent once.</summary>
    public async Task<TripayResult<FoundPayment>> Create(DepositState state)
    {
        if (!await TakeTurn(options.Value.CustomerTurnPatienceMs)) return Busy<FoundPayment>();
        using var patience = new CancellationTokenSource(options.Value.CreatePatienceMs);
        var customer = state.Customer ?? throw new InvalidOperationException("A deposit without a gateway transaction keeps its customer.");
        try
        {
            var created = await tripay.CreateTransactionAsync(
                new CreateTransaction
                {
                    Method = state.MethodCode,
                    MerchantRef = state.MerchantRef,
                    AmountIdr = state.AmountIdr,
                    CustomerName = customer.Name,
                    CustomerEmail = customer.Email,
                    CustomerPhone = customer.Phone,
                    OrderItems = [new TripayOrderItem { Sku = "TOPUP", Name = "Webrana top up", Price = state.AmountIdr, Quantity = 1 }],
                    ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(state.ExpiresAtMs),
                },
                patience.Token);
            return created.Select(transaction => Read(transaction, state));
        }
        catch (OperationCanceledException)
        {
            return new TripayResult<FoundPayment>.Unknown("no answer within the customer's patience");
        }
    }

    /// <summary>Everything that exists at the gateway under a deposit's merchant reference, newest first; the newest with its QR and instructions.</summary>
    public async Task<TripayResult<IReadOnlyList<FoundPayment>>> Search(DepositState state)
    {
        if (!await TakeTurn(options.Value.CustomerTurnPatienceMs)) return Busy<IReadOnlyList<FoundPayment>>();
        var found = await tripay.FindByMerchantRefAsync(state.MerchantRef);
        if (found is not TripayResult<IReadOnlyList<TripayTransaction>>.Ok { Value: { Count: > 0 } transactions })
            return found.Select(IReadOnlyList<FoundPayment> (_) => []);

        // The list carries neither QR nor instructions.
        var newest = await tripay.GetTransactionAsync(transactions[0].Reference) is TripayResult<TripayTransaction>.Ok ok ? ok.Value : transactions[0];
        return new TripayResult<IReadOnlyList<FoundPayment>>.Ok([Read(newest, state), .. transactions.Skip(1).Select(other => Read(other, state))]);
    }

    /// <summary>The gateway's own word about one reference.</summary>
    public async Task<TripayResult<PaymentDetail>> Detail(string reference)
    {
        if (!await TakeTurn(options.Value.BackgroundTurnPatienceMs)) return Busy<PaymentDetail>();
        var detail = await tripay.GetTransactionAsync(reference);
        return detail.Select(transaction => new PaymentDetail(
            new GatewayEvidence(
                transaction.Reference, transaction.MerchantRef ?? "", transaction.AmountIdr, transaction.FeeCustomerIdr, Status(transaction.Status)),
            transaction.PaidAt,
            transaction.ExpiresAt));
    }

    async Task<bool> TakeTurn(int patienceMs)
    {
        if (!(await Account.RequestTurn(TimeSpan.FromMilliseconds(patienceMs))).TryGet(out var turn)) return false;

        if (turn.Wait > TimeSpan.Zero) await Task.Delay(turn.Wait, realTime);
        return true;
    }

    static TripayResult<T> Busy<T>() => new TripayResult<T>.Unknown("our own request budget is spent");

    static FoundPayment Read(TripayTransaction transaction, DepositState state) => new(
        new DepositPayment
        {
            Reference = Clean(transaction.Reference),
            Ours = true,
            ToPayIdr = transaction.AmountIdr,
            FeeIdr = transaction.FeeCustomerIdr,
            PayCode = transaction.PayCode is { } code ? Clean(code) : null,
            QrString = transaction.QrString is { } qr ? Clean(qr) : null,
            CheckoutUrl = transaction.CheckoutUrl ?? transaction.PayUrl,
            ExpiresAtMs = transaction.ExpiresAt?.ToUnixTimeMilliseconds() ?? state.ExpiresAtMs,
        },
        [.. transaction.Instructions.Take(MaximumInstructions).Select(Read)]);

    static StoredInstruction Read(TripayInstruction instruction) =>
        new(Plain(instruction.Title), [.. instruction.Steps.Take(MaximumSteps).Select(Plain)]);

    static GatewayStatus Status(TripayStatus status) => status switch
    {
        TripayStatus.Unpaid => GatewayStatus.Unpaid,
        TripayStatus.Paid => GatewayStatus.Paid,
        TripayStatus.Failed => GatewayStatus.Failed,
        TripayStatus.Expired => GatewayStatus.Expired,
        TripayStatus.Refund => GatewayStatus.Refunded,
        _ => GatewayStatus.Unknown,
    };

    static string Plain(string html) => OutsideText.Plain(html, MaximumStepLength);

    static string Clean(string text) => OutsideText.Clean(text);
}

/// <summary>A transaction of ours at the gateway, and how to pay it.</summary>
public sealed record FoundPayment(DepositPayment Payment, IReadOnlyList<StoredInstruction> Instructions);

/// <summary>What the gateway's transaction detail says.</summary>
public sealed record PaymentDetail(GatewayEvidence Evidence, DateTimeOffset? PaidAt, DateTimeOffset? ExpiresAt);
