using Webrana.Data.Desk;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>
/// What a person should look at, as rows for the payment desk. Written before the fact they tell of, and once per kind and reference: a
/// crash in between leaves a case that says what is about to be seen again.
/// </summary>
public sealed partial class DepositGrain
{
    Task OpenCase(PaymentCaseKind kind, string reference, long? amountIdr, string? detail = null) => _cases.OpenAsync(new PaymentCase(
        Guid.Empty, kind, reference, _state.Value.MerchantRef, this.GetPrimaryKeyString(), _state.Value.Owner, _state.Value.AmountIdr, amountIdr, detail, _time.GetUtcNow()));

    Task OpenCaseOf(PaymentVerdict verdict, string reference, long amountIdr) => verdict switch
    {
        PaymentVerdict.WrongAmount => OpenCase(PaymentCaseKind.WrongAmount, reference, amountIdr),
        PaymentVerdict.WrongReference => OpenCase(PaymentCaseKind.Other, reference, amountIdr, DepositReviews.WrongReference),
        PaymentVerdict.Unreadable => OpenCase(PaymentCaseKind.Other, reference, amountIdr, DepositReviews.UnknownStatus),
        _ => Task.CompletedTask,
    };

    /// <summary>Before money is credited that came after its time, or a second time.</summary>
    async Task OpenCasesOfCredit(DepositPayment payment)
    {
        var state = _state.Value;
        if (state.Payments.Any(other => other.Reference != payment.Reference && other.CreditedIdr > 0))
            await OpenCase(PaymentCaseKind.PaidTwice, payment.Reference, payment.ToPayIdr);
        else if (payment.PaidAtMs > payment.ExpiresAtMs)
            await OpenCase(PaymentCaseKind.Late, payment.Reference, payment.ToPayIdr);
    }

    /// <summary>The words a bank or a customer quotes lead here from now on; filed before the reference is stored.</summary>
    Task FileWords(IReadOnlyList<FoundPayment> found) => _lookups.FileAsync(
        this.GetPrimaryKeyString(), _state.Value.Owner,
        [
            .. found.Select(one => (LookupKind.Reference, one.Payment.Reference)),
            .. found.Where(one => one.Payment.PayCode is not null).Select(one => (LookupKind.Va, one.Payment.PayCode!)),
        ]);
}
