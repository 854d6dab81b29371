using CsCheck;
using Webrana.Domain.Deposits;

namespace Webrana.Domain.Tests.Deposits;

public sealed class PaymentJudgementTests
{
    static readonly ExpectedPayment Ours = new("T1-A", "WBR-1-D", 150_000, 154_250);

    static GatewayEvidence Says(
        GatewayStatus status, string reference = "T1-A", string merchantRef = "WBR-1-D", long toPayIdr = 154_250, long feeIdr = 4_250) =>
        new(reference, merchantRef, toPayIdr, feeIdr, status);

    [Fact]
    public void Paid_and_agreeing_is_credited() =>
        Assert.Equal(PaymentVerdict.Credit, PaymentJudgement.Judge(Ours, Says(GatewayStatus.Paid)));

    [Theory]
    [InlineData(GatewayStatus.Unpaid, PaymentVerdict.NotPaid)]
    [InlineData(GatewayStatus.Expired, PaymentVerdict.Expired)]
    [InlineData(GatewayStatus.Failed, PaymentVerdict.Failed)]
    [InlineData(GatewayStatus.Refunded, PaymentVerdict.Refunded)]
    [InlineData(GatewayStatus.Unknown, PaymentVerdict.Unreadable)]
    public void Any_other_status_is_never_a_credit(GatewayStatus status, PaymentVerdict verdict) =>
        Assert.Equal(verdict, PaymentJudgement.Judge(Ours, Says(status)));

    [Fact]
    public void Another_reference_or_invoice_is_nobodys_money()
    {
        Assert.Equal(PaymentVerdict.WrongReference, PaymentJudgement.Judge(Ours, Says(GatewayStatus.Paid, reference: "T1-B")));
        Assert.Equal(PaymentVerdict.WrongReference, PaymentJudgement.Judge(Ours, Says(GatewayStatus.Paid, merchantRef: "WBR-2-D")));
    }

    [Fact]
    public void A_reference_we_did_not_create_is_judged_by_what_is_left_after_the_fee()
    {
        var named = Ours with { ToPayIdr = null };
        Assert.Equal(PaymentVerdict.Credit, PaymentJudgement.Judge(named, Says(GatewayStatus.Paid, toPayIdr: 151_000, feeIdr: 1_000)));
        Assert.Equal(PaymentVerdict.WrongAmount, PaymentJudgement.Judge(named, Says(GatewayStatus.Paid, toPayIdr: 151_000, feeIdr: 900)));
    }

    [Fact]
    public void Only_the_exact_sum_is_ever_credited() =>
        Gen.Select(Gen.Long[long.MinValue, long.MaxValue], Gen.Long[long.MinValue, long.MaxValue]).Sample((toPayIdr, feeIdr) =>
        {
            var verdict = PaymentJudgement.Judge(Ours, Says(GatewayStatus.Paid, toPayIdr: toPayIdr, feeIdr: feeIdr));
            var exact = toPayIdr == 154_250 && feeIdr == 4_250;
            return exact ? verdict == PaymentVerdict.Credit : verdict == PaymentVerdict.WrongAmount;
        });

    [Theory]
    [InlineData(154_250, true)] // What the customer paid, as documented.
    [InlineData(150_000, true)] // Without the fee, should the gateway mean that.
    [InlineData(0, false)] // The gateway's own tester.
    [InlineData(154_251, false)]
    public void A_notice_must_name_our_sum(long noticedIdr, bool fits) => Assert.Equal(fits, PaymentJudgement.NoticeFits(Ours, noticedIdr));

    [Fact]
    public void A_notice_of_an_unknown_reference_names_any_sum() =>
        Assert.True(PaymentJudgement.NoticeFits(Ours with { ToPayIdr = null }, 1));
}
