using CsCheck;
using Webrana.Domain.Ledger;

namespace Webrana.Domain.Tests.Ledger;

/// <summary>The rules against a model that counts every rupiah by itself: one entry per rupiah's origin, no arithmetic shared.</summary>
public sealed class LedgerModelTests
{
    private static readonly PostingMemo Memo = new("DEPOSIT", "d", "GATEWAY", "x");

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (3, Gen.Long[1, 60].Select(amount => (Step)new CreditStep(amount))),
        (3, Gen.Select(Gen.Long[1, 60], Gen.Long[0, 100]).Select((amount, life) => (Step)new BonusStep(amount, life == 0 ? null : life))),
        (4, Gen.Long[1, 90].Select(amount => (Step)new DebitStep(amount))),
        (4, Gen.Long[1, 90].Select(amount => (Step)new HoldStep(amount))),
        (3, Gen.Int[0, 5].Select(which => (Step)new CaptureStep(which))),
        (3, Gen.Int[0, 5].Select(which => (Step)new ReleaseStep(which))),
        (2, Gen.Long[1, 30].Select(ms => (Step)new WaitStep(ms))),
        (2, Gen.Int[0, 5].Select(which => (Step)new ExpireStep(which))),
        (1, Gen.Select(Gen.Int[0, 5], Gen.Long[1, 90]).Select((which, amount) => (Step)new RefundStep(which, amount))));

    [Fact]
    public void Any_history_keeps_the_books_as_the_model_does() => Steps.List[0, 60].Sample(steps =>
    {
        var (wallet, model) = (Wallet.Empty, new Model());
        var lines = new List<LedgerLine>();
        var number = 0;
        foreach (var step in steps)
        {
            if (step is WaitStep wait)
            {
                model.Now += wait.Ms;
                continue;
            }

            if (Command(step, ++number, wallet, lines) is not { } command) continue;
            var decision = LedgerRules.Decide(wallet, command, model.Now);
            var accepted = model.Apply(command);
            Assert.Equal(accepted, decision.Line is not null);
            Assert.Equal(accepted, decision.Refusal is null);
            if (decision.Line is { } line)
            {
                Assert.Equal(wallet.Version + 1, line.Sequence);
                Assert.Equal(wallet.BalanceIdr + line.AmountIdr, line.BalanceAfterIdr);
                Assert.Equal(wallet.HeldIdr + line.HeldChangeIdr, line.HeldAfterIdr);
                Assert.True(PostedOperation.Of(line).IsFor(command));
                lines.Add(line);
            }
            else
            {
                Assert.Same(wallet, decision.After);
            }

            wallet = decision.After;
            model.Check(wallet);
        }
    }, iter: 3000);

    private static LedgerCommand? Command(Step step, int number, Wallet wallet, List<LedgerLine> lines)
    {
        var id = $"op{number}";
        return step switch
        {
            CreditStep credit => new Credit(id, credit.Amount, Memo),
            BonusStep bonus => new GrantBonus(id, bonus.Amount, bonus.ExpiresAt, "promo", Memo),
            DebitStep debit => new Debit(id, debit.Amount, Memo),
            HoldStep hold => new PlaceHold(id, $"h{number}", hold.Amount, Memo),
            CaptureStep capture => new CaptureHold(id, Pick(wallet.Holds, capture.Which)?.Id ?? "none", Memo),
            ReleaseStep release => new ReleaseHold(id, Pick(wallet.Holds, release.Which)?.Id ?? "none", Memo),
            ExpireStep expire => new ExpireLot(id, Pick(wallet.Lots, expire.Which)?.Id ?? "none", Memo),
            RefundStep refund when Pick([.. lines.Where(line => line.Kind is LedgerKind.Debit or LedgerKind.Capture)], refund.Which) is { } spent =>
                new Refund(id, refund.Amount, -spent.AmountIdr, spent.Lots, Memo),
            _ => null,
        };
    }

    private static T? Pick<T>(IReadOnlyList<T> items, int which)
        where T : class => items.Count == 0 ? null : items[which % items.Count];

    private abstract record Step;

    private sealed record CreditStep(long Amount) : Step;

    private sealed record BonusStep(long Amount, long? ExpiresAt) : Step;

    private sealed record DebitStep(long Amount) : Step;

    private sealed record HoldStep(long Amount) : Step;

    private sealed record CaptureStep(int Which) : Step;

    private sealed record ReleaseStep(int Which) : Step;

    private sealed record ExpireStep(int Which) : Step;

    private sealed record RefundStep(int Which, long Amount) : Step;

    private sealed record WaitStep(long Ms) : Step;

    // Every rupiah is a coin with an origin: null for ordinary money, else its lot.
    private sealed class Model
    {
        private readonly List<string?> _free = [];
        private readonly Dictionary<string, List<string?>> _held = [];
        private readonly Dictionary<string, long?> _expiry = [];

        public long Now { get; set; }

        public bool Apply(LedgerCommand command)
        {
            switch (command)
            {
                case Credit credit:
                    _free.AddRange(Enumerable.Repeat<string?>(null, (int)credit.AmountIdr));
                    return true;
                case GrantBonus grant:
                    _expiry[grant.OperationId] = grant.ExpiresAtMs;
                    _free.AddRange(Enumerable.Repeat<string?>(grant.OperationId, (int)grant.AmountIdr));
                    return true;
                case Debit debit:
                    return Take(debit.AmountIdr) is not null;
                case PlaceHold hold:
                    if (Take(hold.AmountIdr) is not { } coins) return false;
                    _held[hold.HoldId] = coins;
                    return true;
                case CaptureHold capture:
                    return _held.Remove(capture.HoldId);
                case ReleaseHold release:
                    if (!_held.Remove(release.HoldId, out var back)) return false;
                    _free.AddRange(back);
                    return true;
                case ExpireLot expire:
                    return IsExpired(expire.LotId) && _free.RemoveAll(coin => coin == expire.LotId) > 0;
                case Refund refund:
                    if (refund.AmountIdr > refund.SpentIdr) return false;
                    var cash = refund.SpentIdr - refund.SpentLots.Sum(lot => lot.RemainingIdr);
                    var spent = Enumerable.Repeat<string?>(null, (int)cash)
                        .Concat(refund.SpentLots.Reverse().SelectMany(lot => Enumerable.Repeat<string?>(lot.Id, (int)lot.RemainingIdr)));
                    _free.AddRange(spent.Take((int)refund.AmountIdr));
                    return true;
                default:
                    throw new ArgumentOutOfRangeException(nameof(command));
            }
        }

        public void Check(Wallet wallet)
        {
            Assert.Equal(_free.Count + _held.Values.Sum(coins => coins.Count), wallet.BalanceIdr);
            Assert.Equal(_held.Values.Sum(coins => coins.Count), wallet.HeldIdr);
            Assert.Equal(
                _free.OfType<string>().GroupBy(coin => coin).ToDictionary(lot => lot.Key, lot => (long)lot.Count()),
                wallet.Lots.ToDictionary(lot => lot.Id, lot => lot.RemainingIdr));
            Assert.Equal(_held.Keys.Order(), wallet.Holds.Select(hold => hold.Id).Order());
            Assert.Equal(
                _free.OfType<string>().Count(coin => !IsExpired(coin)) + _held.Values.Sum(coins => coins.OfType<string>().Count()),
                wallet.BonusIdrAt(Now));
        }

        private bool IsExpired(string? coin) => coin is not null && _expiry.TryGetValue(coin, out var end) && end <= Now;

        private List<string?>? Take(long amount)
        {
            var order = _free
                .Where(coin => !IsExpired(coin))
                .OrderBy(coin => coin is null ? 1 : 0)
                .ThenBy(coin => coin is null ? 0 : _expiry[coin] ?? long.MaxValue)
                .ThenBy(coin => coin, StringComparer.Ordinal)
                .ToList();
            if (order.Count < amount) return null;
            var coins = order.Take((int)amount).ToList();
            foreach (var coin in coins) _free.Remove(coin);
            return coins;
        }
    }
}
