using CsCheck;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Domain.Deposits;
using Webrana.Grains.Deposits;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>The pure half of a deposit: whatever is heard in whatever order, the state leads to the right money.</summary>
public sealed class DepositChangesTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DepositId Id = new(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"));

    static DepositState Intended() => DepositChanges.Intended(
        Id, new CreateDeposit(new UserId(Guid.NewGuid()), 150_000, "BRIVA", null, "Budi", "budi@example.com", null), "BRI Virtual Account", 4_250, Noon);

    static DepositPayment Payment(string reference) =>
        new() { Reference = reference, Ours = true, ToPayIdr = 154_250, FeeIdr = 4_250, ExpiresAtMs = Noon.AddHours(24).ToUnixTimeMilliseconds() };

    static DepositState Open(string reference = "R1") =>
        DepositFlow.Settle(DepositChanges.Opened(Intended(), Payment(reference), [], Noon), Noon);

    static PaymentNotice Notice(string status, string reference = "R1", long amountIdr = 154_250) => new(reference, MerchantRef.For(Id), status, amountIdr);

    static DepositState Judge(DepositState state, GatewayStatus status, string reference = "R1", DateTimeOffset? at = null)
    {
        if (DepositFlow.Find(state, reference) is not { } payment) return state;
        var evidence = new GatewayEvidence(reference, state.MerchantRef, 154_250, 4_250, status);
        var verdict = PaymentJudgement.Judge(DepositFlow.Expectation(state, payment), evidence);
        return DepositChanges.Judged(state, payment, verdict, evidence, null, payment.Noticed, at ?? Noon);
    }

    [Fact]
    public void The_intent_is_searched_for_after_a_minute_and_given_up_after_five()
    {
        var state = DepositFlow.Settle(Intended(), Noon);
        Assert.Equal(DepositStatus.Pending, DepositFlow.StatusOf(state));
        Assert.Equal(Noon.AddMinutes(1).ToUnixTimeMilliseconds(), state.List.DueAt);
        Assert.Equal("Budi", state.Customer?.Name);

        state = DepositChanges.NothingFound(state, Noon.AddMinutes(1).ToUnixTimeMilliseconds());
        Assert.Equal(Noon.AddMinutes(5).ToUnixTimeMilliseconds(), state.List.DueAt);
        state = DepositFlow.Settle(DepositChanges.NothingFound(state, Noon.AddMinutes(5).ToUnixTimeMilliseconds()), Noon);
        Assert.Equal(DepositStatus.Failed, DepositFlow.StatusOf(state));
        Assert.Null(state.List.DueAt);
    }

    [Fact]
    public void An_open_deposit_forgets_who_pays_and_remembers_how()
    {
        var instructions = new StoredInstruction[] { new("ATM", ["Insert card"]) };
        var state = DepositFlow.Settle(DepositChanges.Opened(Intended(), Payment("R1"), instructions, Noon), Noon);
        Assert.Null(state.Customer);
        Assert.Single(state.Instructions);
        Assert.Empty(DepositFlow.Settle(Judge(state, GatewayStatus.Expired), Noon).Instructions);
    }

    [Fact]
    public void A_deposit_that_is_given_up_forgets_who_was_to_pay()
    {
        Assert.NotNull(DepositFlow.Settle(Intended(), Noon).Customer);
        Assert.Null(DepositFlow.Settle(DepositChanges.GivenUp(Intended()), Noon).Customer);
    }

    [Fact]
    public void A_callback_faster_than_our_own_create_is_not_forgotten()
    {
        var state = DepositChanges.Noticed(Intended(), Notice("PAID"));
        Assert.Equal(DepositStatus.Pending, DepositFlow.StatusOf(state));
        state = DepositChanges.Opened(state, Payment("R1"), [], Noon);
        Assert.Single(state.Payments);
        Assert.Equal(new DepositStep(DepositWork.Confirm, "R1"), DepositFlow.Next(state, Noon.ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_late_answer_to_our_create_takes_back_nothing_that_a_callback_brought(bool credited)
    {
        var state = Judge(DepositChanges.Noticed(Intended(), Notice("PAID")), GatewayStatus.Paid);
        if (credited) state = DepositChanges.Credited(state, DepositFlow.Find(state, "R1")!, 150_000);
        var opened = DepositFlow.Find(DepositChanges.Opened(state, Payment("R1") with { PayCode = "888" }, [], Noon), "R1")!;
        Assert.Equal(credited ? PaymentStage.Credited : PaymentStage.Confirmed, opened.Stage);
        Assert.Equal(credited ? 150_000 : 0, opened.CreditedIdr);
        Assert.Equal(("888", null), (opened.PayCode, opened.NextLookAtMs));
    }

    [Fact]
    public void The_same_notice_again_changes_nothing()
    {
        var once = DepositChanges.Noticed(Open(), Notice("PAID"));
        Assert.Same(once, DepositChanges.Noticed(once, Notice("PAID")));
    }

    [Fact]
    public void A_notice_of_another_sum_is_not_followed_but_kept_visible()
    {
        var state = DepositChanges.Noticed(Open(), Notice("PAID", amountIdr: 1));
        Assert.Equal(DepositReviews.WrongAmount, state.Review);
        Assert.Equal(DepositWork.Nothing, DepositFlow.Next(state, Noon.ToUnixTimeMilliseconds()).Work);
        Assert.Null(Judge(state, GatewayStatus.Paid).Review); // Later the gateway's own word settles the doubt.
    }

    [Fact]
    public void Made_up_references_are_bounded_and_do_not_revive_a_dead_deposit()
    {
        var state = Judge(Open(), GatewayStatus.Expired);
        for (var i = 0; i < 50; i++) state = DepositChanges.Noticed(state, Notice("PAID", $"FAKE{i}"));
        Assert.Equal(DepositChanges.MaximumReferences, state.Payments.Count);
        Assert.Equal(DepositReviews.TooManyReferences, state.Review);
        Assert.Equal(DepositStatus.Expired, DepositFlow.StatusOf(state));
        state = DepositChanges.Unheard(state, "FAKE0");
        Assert.Null(DepositFlow.Find(state, "FAKE0"));
    }

    [Fact]
    public void A_notice_that_comes_while_the_gateway_is_asked_stays_open()
    {
        var asked = DepositChanges.Noticed(Open(), Notice("PAID"));
        var meanwhile = DepositChanges.Noticed(asked, Notice("REFUND"));
        var payment = DepositFlow.Find(meanwhile, "R1")!;
        var evidence = new GatewayEvidence("R1", asked.MerchantRef, 154_250, 4_250, GatewayStatus.Paid);
        var judged = DepositChanges.Judged(meanwhile, payment, PaymentVerdict.Credit, evidence, null, answered: "PAID", Noon);
        Assert.Equal("REFUND", DepositFlow.Find(judged, "R1")!.Noticed);
        Assert.Equal(DepositWork.Credit, DepositFlow.Next(judged, 0).Work);
    }

    [Fact]
    public void Money_after_the_expiry_is_still_money()
    {
        var state = Judge(Open(), GatewayStatus.Expired);
        Assert.Equal(DepositStatus.Expired, DepositFlow.StatusOf(state));
        state = Judge(DepositChanges.Noticed(state, Notice("PAID")), GatewayStatus.Paid);
        Assert.Equal(new DepositStep(DepositWork.Credit, "R1"), DepositFlow.Next(state, 0));
    }

    [Fact]
    public void A_refund_after_the_credit_is_taken_out_of_the_wallet_again()
    {
        var state = DepositChanges.Credited(Judge(Open(), GatewayStatus.Paid), DepositFlow.Find(Judge(Open(), GatewayStatus.Paid), "R1")!, 150_000);
        state = DepositChanges.Told(state, DepositFlow.Find(state, "R1")!);
        state = Judge(DepositChanges.Noticed(state, Notice("REFUND")), GatewayStatus.Refunded);
        Assert.Equal(DepositStatus.Refund, DepositFlow.StatusOf(state));
        Assert.Equal(DepositReviews.RefundAfterCredit, state.Review);
        Assert.Equal(150_000, state.CreditedIdr);
        Assert.Equal(new DepositStep(DepositWork.Reverse, "R1"), DepositFlow.Next(state, long.MaxValue));
        Assert.NotNull(state.List.DueAt);
        var whole = DepositChanges.Reversed(state, DepositFlow.Find(state, "R1")!, owedIdr: 0);
        Assert.Equal(DepositWork.Nothing, DepositFlow.Next(whole, long.MaxValue).Work);
        state = DepositChanges.Reversed(state, DepositFlow.Find(state, "R1")!, owedIdr: 40_000);
        Assert.Equal(0, state.CreditedIdr);
        Assert.Equal(new DepositStep(DepositWork.Tell, "R1"), DepositFlow.Next(state, long.MaxValue)); // A debt is told, once.
        state = DepositChanges.Told(state, DepositFlow.Find(state, "R1")!);
        Assert.Equal(DepositWork.Nothing, DepositFlow.Next(state, long.MaxValue).Work);
        state = Judge(DepositChanges.Noticed(state, Notice("PAID")), GatewayStatus.Paid); // Late and reordered: a refund is final.
        Assert.Equal(DepositWork.Nothing, DepositFlow.Next(state, long.MaxValue).Work);
    }

    [Fact]
    public void Without_an_end_at_the_gateway_a_deposit_expires_an_hour_after_its_time()
    {
        var state = Judge(Open(), GatewayStatus.Unpaid, at: Noon.AddHours(24).AddMinutes(5));
        Assert.Equal(DepositStatus.Pending, DepositFlow.StatusOf(state));
        state = Judge(state, GatewayStatus.Unpaid, at: Noon.AddHours(25));
        Assert.Equal(DepositStatus.Expired, DepositFlow.StatusOf(state));
        Assert.NotNull(state.List.DueAt); // A late settlement is still looked for.
    }

    [Fact]
    public void Whatever_is_heard_in_whatever_order_each_paid_reference_is_credited_exactly_once() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1]).List[0, 30].Sample(heard =>
        {
            var state = DepositChanges.Opened(Open("R1"), Payment("R2"), [], Noon);
            var credits = new List<string>();
            var paid = new HashSet<string>();
            foreach (var (word, which) in heard)
            {
                var reference = which == 0 ? "R1" : "R2";
                var status = (GatewayStatus)word;
                state = DepositChanges.Noticed(state, Notice(status == GatewayStatus.Refunded ? "REFUND" : status.ToString().ToUpperInvariant(), reference));
                var before = DepositFlow.Find(state, reference)!.Stage;
                state = Judge(state, status, reference);
                if (status == GatewayStatus.Paid && before != PaymentStage.Refunded) paid.Add(reference);
                while (DepositFlow.Next(state, 0) is { Work: DepositWork.Credit or DepositWork.Tell or DepositWork.Reverse } step)
                {
                    var payment = DepositFlow.Find(state, step.Reference)!;
                    if (step.Work == DepositWork.Credit)
                    {
                        credits.Add(step.Reference);
                        state = DepositChanges.Credited(state, payment, 0);
                    }
                    else if (step.Work == DepositWork.Reverse) state = DepositChanges.Reversed(state, payment, owedIdr: 1);
                    else state = DepositChanges.Told(state, payment);
                }
            }
            return credits.Count == credits.Distinct().Count() && paid.SetEquals(credits) && state.CreditedIdr == 150_000 * state.Payments.Count(payment => payment.Stage == PaymentStage.Credited)
                && (credits.Count < 2 || state.Review is DepositReviews.PaidTwice or DepositReviews.RefundAfterCredit);
        });
}
