using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

// The single writer of a promo's usages. Whatever waits is decided together: one read of all it can touch, one pure decision, one fenced
// write; a fenced or unknown outcome is read again, where it shows what was written. A sold-out promo refuses out of memory.
public sealed partial class PromoGrain
{
    // More than this many live usages are not kept in mind; such a promo's refusals ask the database.
    const int MostKeptInMind = 200_000;
    const int MaxBatch = 1024;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly List<Wanted> _mailbox = [];
    Dictionary<string, long>? _soldOut;
    (long Used, long GrantedIdr)? _totals;
    Task _loop = Task.CompletedTask;
    bool _looping;

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _loop;

    Task<UsageAnswer> Want(UsageWant want)
    {
        var wanted = new Wanted(want, TimeProvider.System.GetTimestamp());
        _mailbox.Add(wanted);
        if (!_looping)
        {
            _looping = true;
            _loop = RunAsync();
        }
        return wanted.Answered.Task;
    }

    async Task RunAsync()
    {
        try
        {
            while (_mailbox.Count > 0)
            {
                var work = _mailbox.Take(MaxBatch).ToList();
                _mailbox.RemoveRange(0, work.Count);
                SharedWork.BelongsTo(work[0].Caller);
                try
                {
                    await Settle(work);
                }
                catch (Exception exception)
                {
                    foreach (var wanted in work)
                    {
                        SharedWork.IsAlsoOf(wanted.Caller);
                        wanted.Answered.TrySetException(exception);
                    }

                    _soldOut = null; // Nothing is known for certain any more.
                    _totals = null;
                }
            }
        }
        finally
        {
            _looping = false; // In the same turn as the empty mailbox was seen.
        }
    }

    async Task Settle(List<Wanted> work)
    {
        for (var attempt = 0; ; attempt++)
        {
            var loaded = await _usages.LoadAsync(new UsageQuestion(
                PromoId, [.. work.Select(wanted => wanted.Want.SubjectId)], [.. work.Select(wanted => wanted.Want).OfType<ReservePlace>().Select(want => want.UserId).Distinct()]));
            var book = new UsageBook(loaded.Used, loaded.GrantedIdr, loaded.Places);
            var now = _time.GetUtcNow();
            var answers = work.ConvertAll(wanted => book.Apply(wanted.Want, now));
            var changed = book.Changed;
            var outcome = changed.Count == 0
                ? UsageCommit.Committed
                : await _usages.CommitAsync(new UsageStep(PromoId, loaded.Version, book.Used, book.GrantedIdr, changed, !loaded.Exists));
            if (outcome == UsageCommit.Committed)
            {
                Remember(book, changed);
                if (IsSoldOut(_totals) && _soldOut is null) await KeepInMind();
                for (var n = 0; n < work.Count; n++)
                {
                    SharedWork.IsAlsoOf(work[n].Caller);
                    work[n].Answered.TrySetResult(answers[n]);
                }

                return;
            }
            if (TimeProvider.System.GetElapsedTime(work[0].EnqueuedAt) > Patience)
                throw new InfrastructureException("The usages of this promo could not be written.", outcomeKnown: outcome == UsageCommit.Fenced);

            // Somebody else writes the same promo, or the database is away: not in step with the other side.
            await Task.Delay(TimeSpan.FromMilliseconds(_spread.Next(2, Math.Min(100, 4 << Math.Min(attempt, 5)))), TimeProvider.System);
        }
    }

    void Remember(UsageBook book, IReadOnlyList<Place> changed)
    {
        _totals = (book.Used, book.GrantedIdr);
        if (!IsSoldOut(_totals)) _soldOut = null;
        else if (_soldOut is { } known)
        {
            // A place that is given back while nothing is left (an admin lowered a limit) is a place no more.
            foreach (var place in changed)
            {
                if (place.Number is null) known.Remove(place.SubjectId);
                else known[place.SubjectId] = place.AmountIdr;
            }
        }
    }

    async Task KeepInMind()
    {
        if (_totals is { Used: > MostKeptInMind }) return;
        var live = await _usages.LiveAsync(PromoId);
        if (IsSoldOut((live.Used, live.GrantedIdr))) _soldOut = live.Places.ToDictionary(place => place.SubjectId, place => place.AmountIdr, StringComparer.Ordinal);
    }

    // A budget is used up when not even the smallest gift fits into what is left of it.
    bool IsSoldOut((long Used, long GrantedIdr)? totals) =>
        totals is { } known && _state.Value.Exists
        && (known.Used >= _state.Value.MaxUsageTotal || known.GrantedIdr > _state.Value.BudgetIdr - PromoRules.SmallestGiftIdr(Terms));

    /// <summary>The counters; from the database when this activation does not know them yet.</summary>
    async Task<(long Used, long GrantedIdr)> Totals()
    {
        if (_totals is { } known) return known;
        var loaded = await _usages.LoadAsync(new UsageQuestion(PromoId, [], []));
        return (loaded.Used, loaded.GrantedIdr);
    }

    UsageLimits Limits(string subjectId = "") => Terms.Kind == PromoKind.ReferralBonus
        ? UsageLimits.OfReferral(Terms, subjectId, _time.GetUtcNow())
        : new UsageLimits(Terms.MaxUsageTotal, Terms.MaxUsagePerUser, Terms.BudgetIdr);

    sealed record Wanted(UsageWant Want, long EnqueuedAt)
    {
        /// <summary>The span of the call that brought it, if anybody traces; open until the answer.</summary>
        public Activity? Caller { get; } = Activity.Current;

        public TaskCompletionSource<UsageAnswer> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
