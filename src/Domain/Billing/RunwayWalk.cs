using Webrana.Domain.Ledger;

namespace Webrana.Domain.Billing;

/// <summary>One play of the future; see <see cref="Runway"/>.</summary>
/// <param name="onCredit">Charges are paid even without money, so that the lowest point tells how much was missing.</param>
internal sealed class RunwayWalk(RunwayPurse purse, DateTimeOffset now, DateTimeOffset until, bool onCredit)
{
    private readonly List<RunwayStep> _steps = [];
    private readonly PriorityQueue<RunwayServer, (DateTimeOffset At, int Priority, string Id)> _due = new();
    private long _cashIdr = purse.CashIdr - purse.DebtIdr;
    private EquatableList<Lot> _lots = purse.Lots;

    public IReadOnlyList<RunwayStep> Steps => _steps;

    /// <summary>The lowest the cash came; below zero only on credit.</summary>
    public long LowestCashIdr { get; private set; } = purse.CashIdr - purse.DebtIdr;

    // Bonus money does not pay a debt, and is not spent beside one.
    private bool IsBlocked => purse.DebtIdr > 0;

    private long LeftIdr => IsBlocked ? 0 : _cashIdr + _lots.Sum(lot => lot.RemainingIdr);

    public void Play(IEnumerable<RunwayServer> servers)
    {
        Lapse(now);
        foreach (var server in servers.OrderBy(server => server.Priority).ThenBy(server => server.Subscription.DueAt).ThenBy(server => server.Id, StringComparer.Ordinal))
            Await(onCredit && Owes(server.Subscription) ? Charged(server, now) : server, now);
        while (_due.TryDequeue(out var server, out var due))
        {
            Lapse(due.At);
            Step(server, due.At);
        }

        Lapse(until);
    }

    // Money that arrives is offered at once to whoever was refused before.
    private static bool Owes(Subscription subscription) => subscription is { AutoRenew: true, Blocked: false, HibernatedAt: null }
        and ({ TriedAt: not null } or { SuspendedAt: not null });

    private void Step(RunwayServer server, DateTimeOffset at)
    {
        var (subscription, policy) = (server.Subscription, server.Rules);
        switch (subscription.Next(policy, at).Kind)
        {
            case RenewalKind.Charge when onCredit || LeftIdr >= server.ChargeAt(at).TotalIdr:
                Await(Charged(server, at), at);
                break;
            case RenewalKind.Charge:
                // Told once a period; the later attempts of the grace change nothing.
                if (subscription.TriedAt is null) Note(at, RunwayEvent.NotPaid, server.Id, server.ChargeAt(at).TotalIdr);
                Await(server with { Subscription = subscription with { TriedAt = at } }, at);
                break;
            case RenewalKind.Suspend:
                Note(at, RunwayEvent.Suspended, server.Id, 0);
                Await(server with { Subscription = subscription with { SuspendedAt = at } }, at);
                break;
            case RenewalKind.Remind:
                Await(server with { Subscription = subscription with { Noticed = subscription.Next(policy, at).Notices } }, at);
                break;
            case RenewalKind.Warn:
                // A mail server that takes the warning at once is the rule; one that does not only moves the end away.
                Await(server with { Subscription = subscription with { WarnedAt = at, DeliveredAt = at } }, at);
                break;
            case RenewalKind.Confirm:
                Await(server with { Subscription = subscription with { DeliveredAt = subscription.WarnedAt } }, at);
                break;
            case RenewalKind.Escalate:
                Await(server with { Subscription = subscription with { EscalatedAt = at } }, at);
                break;
            case RenewalKind.Hibernate:
                Note(at, RunwayEvent.Hibernated, server.Id, 0);
                Await(server with { Subscription = subscription with { HibernatedAt = at, WarnedAt = null, DeliveredAt = null } }, at);
                break;
            case RenewalKind.Terminate:
                Note(at, RunwayEvent.Terminated, server.Id, 0);
                break;
            default:
                Await(server, at);
                break;
        }
    }

    private void Await(RunwayServer server, DateTimeOffset at)
    {
        var next = server.Subscription.Next(server.Rules, at);
        var when = next.Kind == RenewalKind.Wait ? next.At : at;
        if (when <= until) _due.Enqueue(server, (when, server.Priority, server.Id));
    }

    private RunwayServer Charged(RunwayServer server, DateTimeOffset at)
    {
        var charge = server.ChargeAt(at);
        (_lots, var taken) = LotBook.Take(_lots, charge.TotalIdr, at.ToUnixTimeMilliseconds());
        _cashIdr = checked(_cashIdr - (charge.TotalIdr - taken.Sum(share => share.RemainingIdr)));
        LowestCashIdr = Math.Min(LowestCashIdr, _cashIdr);
        Note(at, RunwayEvent.Renewed, server.Id, charge.TotalIdr);
        return server with
        {
            PriceIdr = charge.Terms.PriceIdr,
            Terms = charge.Terms,
            Meter = charge.Meter,
            Policy = server.Adopted?.GetValueOrDefault(charge.Terms.Cycle),
            Subscription = server.Subscription.Renewed(at, charge.Terms.Cycle),
        };
    }

    private void Lapse(DateTimeOffset at)
    {
        var nowMs = at.ToUnixTimeMilliseconds();
        foreach (var lot in _lots.Where(lot => lot.IsExpiredAt(nowMs)).OrderBy(lot => lot.ExpiresAtMs).ToList())
        {
            _lots = [.. _lots.Where(other => other.Id != lot.Id)];
            var lapsedAt = DateTimeOffset.FromUnixTimeMilliseconds(lot.ExpiresAtMs!.Value);
            Note(lapsedAt < now ? now : lapsedAt, RunwayEvent.BonusExpired, null, lot.RemainingIdr);
        }
    }

    private void Note(DateTimeOffset at, RunwayEvent kind, string? serverId, long amountIdr) =>
        _steps.Add(new RunwayStep(at, kind, serverId, amountIdr, LeftIdr));
}
