namespace Webrana.Domain.Droplets;

/// <summary>A droplet found under an order's tag.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="CreatedAt">When the provider accepted its creation.</param>
public readonly record struct Candidate(long Id, DateTimeOffset CreatedAt);

/// <summary>Which droplet of an order's tag is the order's, when the provider knows of one, none or too many.</summary>
/// <param name="Keep">The droplet to keep, or null when there is none.</param>
/// <param name="Destroy">The rest, as they were found: one order is at most one droplet.</param>
public sealed record Adoption(long? Keep, IReadOnlyList<Candidate> Destroy)
{
    /// <summary>The recorded id wins, else the oldest (the smaller id where two are equally old): every activation chooses alike.</summary>
    public static Adoption Choose(long? recorded, IEnumerable<Candidate> found)
    {
        var all = found.OrderBy(droplet => droplet.CreatedAt).ThenBy(droplet => droplet.Id).ToList();
        var keep = recorded ?? (all.Count == 0 ? null : all[0].Id);
        return new Adoption(keep, [.. all.Where(droplet => droplet.Id != keep)]);
    }
}
