namespace Webrana.Domain.Promos;

/// <summary>How far a usage of a promo has come. Stored: never renumber.</summary>
public enum PlaceStage : short
{
    /// <summary>A place is held; nothing was given.</summary>
    Reserved = 1,

    /// <summary>The wallet holds the bonus.</summary>
    Given = 2,

    /// <summary>The place was given back.</summary>
    Released = 3,

    /// <summary>Given, and taken back with the refund of its deposit; the place stays used.</summary>
    TakenBack = 4,
}

/// <summary>One usage of a promo by one subject (a deposit).</summary>
/// <param name="Number">The n-th usage of this person, from 1; null once released.</param>
/// <param name="Rule">The promo's version that was promised.</param>
/// <param name="KeptIdr">What was left to its owner when it was taken back, because it had been spent.</param>
public sealed record Place(
    string SubjectId, Guid UserId, int? Number, long AmountIdr, PlaceStage Stage, int Rule, DateTimeOffset ReservedAt, DateTimeOffset? GivenAt = null,
    DateTimeOffset? TakenBackAt = null, long KeptIdr = 0);

/// <summary>What a promo allows. Null is no limit.</summary>
/// <param name="Total">Usages over all people.</param>
/// <param name="PerUser">Usages per person.</param>
/// <param name="BudgetIdr">What all usages together may be worth.</param>
/// <param name="Monthly">Usages per person since <paramref name="MonthFrom"/>.</param>
/// <param name="MonthlyOf">Only subjects that begin so count for it; null: all.</param>
public sealed record UsageLimits(long? Total, int PerUser, long? BudgetIdr, int? Monthly = null, DateTimeOffset MonthFrom = default, string? MonthlyOf = null)
{
    /// <summary>How the subject of an inviter's reward begins.</summary>
    public const string Inviter = "referral:";

    /// <summary>
    /// The limits of a referral: the cap of a month is about what a person got for inviting. What the same person got for having been invited
    /// neither counts for it nor is stopped by it.
    /// </summary>
    public static UsageLimits OfReferral(PromoTerms terms, string subjectId, DateTimeOffset at) => subjectId.StartsWith(Inviter, StringComparison.Ordinal)
        ? new(terms.MaxUsageTotal, int.MaxValue, terms.BudgetIdr, terms.MonthlyCapPerReferrer, PromoMonth.Start(at), Inviter)
        : new(terms.MaxUsageTotal, int.MaxValue, terms.BudgetIdr);

    internal bool CountsForMonth(Place place) =>
        place.ReservedAt >= MonthFrom && (MonthlyOf is null || place.SubjectId.StartsWith(MonthlyOf, StringComparison.Ordinal));
}

/// <summary>Something that is wanted of a promo's usages.</summary>
public abstract record UsageWant(string SubjectId);

/// <summary>A place for the subject. An amount of 0 asks only whether it has one.</summary>
public sealed record ReservePlace(string SubjectId, Guid UserId, long AmountIdr, int Rule, UsageLimits Limits) : UsageWant(SubjectId);

/// <summary>The bonus was given.</summary>
public sealed record GivePlace(string SubjectId) : UsageWant(SubjectId);

/// <summary>Nothing was given.</summary>
public sealed record ReleasePlace(string SubjectId) : UsageWant(SubjectId);

/// <summary>What was given is taken back, less what is left to its owner.</summary>
public sealed record TakeBackPlace(string SubjectId, long KeptIdr = 0) : UsageWant(SubjectId);

/// <summary>What became of a want.</summary>
public enum UsageOutcome
{
    Done,

    /// <summary>It was so already; for a reservation, the first promise stands.</summary>
    AlreadySo,
    SoldOut,
    UsedUpByUser,

    /// <summary>The subject has no live usage.</summary>
    NoPlace,
}

/// <param name="AmountIdr">What the subject's usage is worth; 0 without one.</param>
public readonly record struct UsageAnswer(UsageOutcome Outcome, long AmountIdr);

/// <summary>
/// The usages of one promo that a batch of wants is decided over: the counters, and every place the wants can touch. Decides one want over
/// the outcome of the one before; knows no clock and no database. Whoever uses it commits <see cref="Changed"/> only if the counters are
/// still those it started from.
/// </summary>
public sealed class UsageBook
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, HashSet<string>> _subjectsOf = [];
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    /// <param name="used">Places that count against the limits.</param>
    /// <param name="grantedIdr">What they are worth.</param>
    /// <param name="places">The wants' subjects' places, and all unreleased places of their people.</param>
    public UsageBook(long used, long grantedIdr, IEnumerable<Place> places)
    {
        (Used, GrantedIdr) = (used, grantedIdr);
        foreach (var place in places) Index(place);
    }

    /// <summary>Places that count against the limits now.</summary>
    public long Used { get; private set; }

    /// <summary>What they are worth, in rupiah.</summary>
    public long GrantedIdr { get; private set; }

    /// <summary>
    /// Every place that is not as it was. Numbers may have changed hands among them, even in a circle: they are to be written as one, and
    /// what must be unique is so when all are written.
    /// </summary>
    public IReadOnlyList<Place> Changed => [.. _changed.Select(subject => _places[subject]).OrderBy(place => place.SubjectId, StringComparer.Ordinal)];

    /// <summary>Decides one want.</summary>
    public UsageAnswer Apply(UsageWant want, DateTimeOffset now)
    {
        var place = _places.GetValueOrDefault(want.SubjectId);
        return want switch
        {
            ReservePlace reserve => Reserve(reserve, place, now),
            GivePlace => Move(place, given => given with { Stage = PlaceStage.Given, GivenAt = now }),
            TakeBackPlace taken => Move(place, back => back with { Stage = PlaceStage.TakenBack, TakenBackAt = now, KeptIdr = taken.KeptIdr }),
            ReleasePlace => Release(place),
            _ => throw new ArgumentOutOfRangeException(nameof(want), want, "Unknown want."),
        };
    }

    private UsageAnswer Reserve(ReservePlace want, Place? place, DateTimeOffset now)
    {
        if (place is { Stage: not PlaceStage.Released }) return new UsageAnswer(UsageOutcome.AlreadySo, place.AmountIdr);
        if (want.AmountIdr <= 0) return new UsageAnswer(UsageOutcome.NoPlace, 0);
        var limits = want.Limits;
        if (Used >= limits.Total || GrantedIdr > limits.BudgetIdr - want.AmountIdr) return new UsageAnswer(UsageOutcome.SoldOut, 0);
        var own = OwnedBy(want.UserId);
        var number = FirstFree(own, limits.PerUser);
        if (number is null || own.Count(limits.CountsForMonth) >= limits.Monthly) return new UsageAnswer(UsageOutcome.UsedUpByUser, 0);
        Put(new Place(want.SubjectId, want.UserId, number, want.AmountIdr, PlaceStage.Reserved, want.Rule, now), 1, want.AmountIdr);
        return new UsageAnswer(UsageOutcome.Done, want.AmountIdr);
    }

    private UsageAnswer Move(Place? place, Func<Place, Place> to)
    {
        if (place is null or { Stage: PlaceStage.Released }) return new UsageAnswer(UsageOutcome.NoPlace, 0);
        var moved = to(place);
        if (place.Stage >= moved.Stage) return new UsageAnswer(UsageOutcome.AlreadySo, place.AmountIdr);
        Put(moved, 0, 0);
        return new UsageAnswer(UsageOutcome.Done, place.AmountIdr);
    }

    private UsageAnswer Release(Place? place)
    {
        if (place is null or { Stage: PlaceStage.Released }) return new UsageAnswer(UsageOutcome.NoPlace, 0);
        if (place.Stage != PlaceStage.Reserved) return new UsageAnswer(UsageOutcome.AlreadySo, place.AmountIdr); // What was given stays.
        Put(place with { Stage = PlaceStage.Released, Number = null }, -1, -place.AmountIdr);
        return new UsageAnswer(UsageOutcome.Done, place.AmountIdr);
    }

    private void Put(Place place, int used, long grantedIdr)
    {
        Index(place);
        _changed.Add(place.SubjectId);
        (Used, GrantedIdr) = checked((Used + used, GrantedIdr + grantedIdr));
    }

    private void Index(Place place)
    {
        _places[place.SubjectId] = place;
        if (!_subjectsOf.TryGetValue(place.UserId, out var subjects)) _subjectsOf[place.UserId] = subjects = new(StringComparer.Ordinal);
        subjects.Add(place.SubjectId);
    }

    private List<Place> OwnedBy(Guid user) =>
        [.. _subjectsOf.GetValueOrDefault(user, []).Select(subject => _places[subject]).Where(place => place.UserId == user && place.Number is not null)];

    private static int? FirstFree(List<Place> own, int perUser)
    {
        var taken = own.Select(place => place.Number!.Value).ToHashSet();
        for (var n = 1; n <= perUser; n++)
        {
            if (taken.Add(n)) return n;
        }

        return null;
    }
}
