namespace Webrana.Domain.Legal;

/// <summary>What a customer agrees to. Names are stored: never rename.</summary>
public enum LegalDocument
{
    /// <summary>Terms of service.</summary>
    Terms,

    /// <summary>What is done with personal data.</summary>
    Privacy,

    /// <summary>What servers must not be used for.</summary>
    AcceptableUse,
}

/// <summary>One version of one document.</summary>
/// <param name="Version">Counted from 1 per document.</param>
/// <param name="EffectiveAt">From when on it binds.</param>
public sealed record LegalVersion(LegalDocument Document, int Version, DateTimeOffset EffectiveAt);

/// <summary>A person's yes to one version.</summary>
public sealed record LegalAcceptance(LegalDocument Document, int Version, DateTimeOffset AcceptedAt);

/// <summary>Which version binds, and what a person has still to accept.</summary>
public static class LegalRules
{
    /// <summary>The version that binds now, per document; a document whose first version is still ahead has none.</summary>
    public static IReadOnlyList<LegalVersion> InForce(IEnumerable<LegalVersion> versions, DateTimeOffset now) =>
        [.. versions.Where(version => version.EffectiveAt <= now).GroupBy(version => version.Document).Select(Newest).OrderBy(version => version.Document)];

    /// <summary>What was published and does not bind yet: it may be read and accepted ahead.</summary>
    public static IReadOnlyList<LegalVersion> Ahead(IEnumerable<LegalVersion> versions, DateTimeOffset now) =>
        [.. versions.Where(version => version.EffectiveAt > now).OrderBy(version => version.EffectiveAt).ThenBy(version => version.Document)];

    /// <summary>What binds and was not accepted. A yes to a later version is one to those before it.</summary>
    public static IReadOnlyList<LegalVersion> Missing(IEnumerable<LegalVersion> versions, IReadOnlyCollection<LegalAcceptance> accepted, DateTimeOffset now) =>
        [.. InForce(versions, now).Where(version => !accepted.Any(yes => yes.Document == version.Document && yes.Version >= version.Version))];

    /// <summary>Whether a new version may be published: the next number, and binding no earlier than now and than the version before it.</summary>
    public static bool MayFollow(IEnumerable<LegalVersion> versions, LegalVersion next, DateTimeOffset now)
    {
        var last = versions.Where(version => version.Document == next.Document).MaxBy(version => version.Version);
        return next.Version == (last?.Version ?? 0) + 1 && next.EffectiveAt >= now && next.EffectiveAt >= (last?.EffectiveAt ?? now);
    }

    private static LegalVersion Newest(IEnumerable<LegalVersion> versions) => versions.MaxBy(version => version.Version)!;
}
