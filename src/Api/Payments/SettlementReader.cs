using System.Globalization;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Api.Hosting;
using Webrana.Data.Desk;
using Webrana.Wire.Admin;

namespace Webrana.Api.Payments;

/// <summary>
/// One Jakarta day of the gateway's paid transactions against the ledger's credits of the same references. The ledger is asked by reference,
/// not by day: a credit after midnight of a payment before it is no difference.
/// </summary>
internal sealed class SettlementReader(PaymentDesk desk, SettlementQueries ledger, BusinessTime clock)
{
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    // A virtual account may be paid days after it was made, and the list is by creation.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(8);
    private const int MostPages = 200;

    public async Task<(Settlement? Settlement, Refusal? Refusal)> ReadAsync(DateOnly? day, CancellationToken cancellation)
    {
        var wanted = day ?? DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(Jakarta).DateTime.AddDays(-1));
        var from = new DateTimeOffset(wanted.ToDateTime(TimeOnly.MinValue), Jakarta);
        var to = from.AddDays(1);
        // With the day before: what was paid then and credited after midnight is that day's, and no difference of this one.
        var (read, refusal) = await PaidAsync(desk.Merchant.PaidPage, from.AddDays(-1), to, cancellation);
        if (read is null)
            return (null, refusal);
        var (payments, before) = (read.Where(payment => payment.PaidAt >= from).ToList(), read.Where(payment => payment.PaidAt < from).Select(payment => payment.Reference).ToHashSet());
        var credits = await ledger.CreditsAsync([.. payments.Select(payment => payment.Reference)], from, to, cancellation);
        return (Compare(wanted, payments, [.. credits.Where(credit => !before.Contains(credit.Reference))]), null);
    }

    /// <summary>
    /// What was paid between two moments; a refusal rather than a part of it, which would be taken for differences. Two hundred pages are minutes: a
    /// process that stops does not wait for the one that is being read, whose call ends by itself.
    /// </summary>
    internal static async Task<(IReadOnlyList<GatewayPayment>? Payments, Refusal? Refusal)> PaidAsync(
        Func<int, Task<Result<GatewayPage, TripayAccountError>>> readPage, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var found = new List<GatewayPayment>();
        int? page = 1;
        for (var read = 0; page is { } number; read++)
        {
            if (read == MostPages)
                return (null, Refusal.Of(ProblemKinds.SettlementTooLong));
            cancellation.ThrowIfCancellationRequested();
            var answer = await readPage(number).WaitAsync(cancellation);
            if (!answer.TryGet(out var listed))
                return (null, Refusal.From(answer));
            found.AddRange(listed.Items.Where(payment => payment.PaidAt >= from && payment.PaidAt < to));
            if (listed.Items.Any(payment => payment.CreatedAt < from - Longest))
                break;
            page = listed.Next;
        }

        // A payment that comes in while the pages are read moves the others on, so that one stands on two of them.
        return ([.. found.DistinctBy(payment => payment.Reference)], null);
    }

    private static Settlement Compare(DateOnly day, List<GatewayPayment> payments, IReadOnlyList<GatewayCredit> credits)
    {
        var byReference = credits.ToDictionary(credit => credit.Reference);
        var lines = new List<SettlementLine>();
        foreach (var payment in payments)
        {
            var net = payment.PaidIdr - payment.CustomerFeeIdr;
            var credited = byReference.GetValueOrDefault(payment.Reference)?.AmountIdr;
            if (credited != net)
                lines.Add(new SettlementLine(payment.Reference, payment.MerchantRef, net, credited));
        }

        var known = payments.Select(payment => payment.Reference).ToHashSet();
        // Credited that day, and the gateway says nothing of it having been paid that day or the one before: one it never had, or took back and
        // we did not. What both gave back is not among its paid ones any more, and no difference.
        lines.AddRange(credits.Where(credit => credit is { OnDay: true, GivenBack: false } && !known.Contains(credit.Reference)).Select(credit => new SettlementLine(credit.Reference, null, null, credit.AmountIdr)));
        var ours = credits.Where(credit => known.Contains(credit.Reference)).ToList();
        var paid = payments.Sum(payment => payment.PaidIdr);
        var customerFees = payments.Sum(payment => payment.CustomerFeeIdr);
        return new Settlement(
            day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), payments.Count, paid, customerFees + payments.Sum(payment => payment.MerchantFeeIdr),
            payments.Sum(payment => payment.ReceivedIdr), ours.Count, ours.Sum(credit => credit.AmountIdr), paid - customerFees - ours.Sum(credit => credit.AmountIdr), lines);
    }
}
