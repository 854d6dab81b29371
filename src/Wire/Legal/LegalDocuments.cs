using System.Text.Json.Serialization;

namespace Webrana.Wire.Legal;

/// <summary>What a customer agrees to.</summary>
[JsonConverter(typeof(WireEnumConverter<LegalDocumentName>))]
public enum LegalDocumentName
{
    /// <summary>Terms of service.</summary>
    [JsonStringEnumMemberName("TERMS")] Terms,

    /// <summary>What is done with personal data.</summary>
    [JsonStringEnumMemberName("PRIVACY")] Privacy,

    /// <summary>What servers must not be used for.</summary>
    [JsonStringEnumMemberName("ACCEPTABLE_USE")] AcceptableUse,
}

/// <summary>One version of a document: <c>GET /api/v1/legal</c>, no token needed.</summary>
/// <param name="Document">Which.</param>
/// <param name="Version">Counted from 1.</param>
/// <param name="EffectiveAt">From when on it binds.</param>
/// <param name="InForce">Whether it binds now; false: published ahead.</param>
public sealed record LegalDocumentVersion(LegalDocumentName Document, int Version, DateTimeOffset EffectiveAt, bool InForce);

/// <summary>The text of a version: <c>GET /api/v1/legal/{document}?version=&amp;locale=</c>.</summary>
/// <param name="Document">Which.</param>
/// <param name="Version">Counted from 1.</param>
/// <param name="EffectiveAt">From when on it binds.</param>
/// <param name="Locale"><c>id</c> or <c>en</c>; the Indonesian text is the one that binds.</param>
/// <param name="Text">Plain text: a line that starts with <c># </c> or <c>## </c> is a heading, with <c>- </c> an item, an empty line ends a paragraph.</param>
public sealed record LegalText(LegalDocumentName Document, int Version, DateTimeOffset EffectiveAt, string Locale, string Text);

/// <summary>What I have agreed to: <c>GET /api/v1/me/legal</c>.</summary>
/// <param name="UpToDate">False: ordering and topping up answer 403 <c>terms_not_accepted</c> until the missing ones are accepted.</param>
/// <param name="Documents">The version of each document that binds now, then what was published ahead.</param>
public sealed record LegalStanding(bool UpToDate, IReadOnlyList<LegalStandingItem> Documents);

/// <summary>One version and my yes to it.</summary>
/// <param name="Document">Which.</param>
/// <param name="Version">Counted from 1.</param>
/// <param name="EffectiveAt">From when on it binds.</param>
/// <param name="InForce">Whether it binds now.</param>
/// <param name="AcceptedAt">When I accepted it or a later one; null: not yet.</param>
public sealed record LegalStandingItem(LegalDocumentName Document, int Version, DateTimeOffset EffectiveAt, bool InForce, DateTimeOffset? AcceptedAt);

/// <summary><c>POST /api/v1/me/legal</c> → <see cref="LegalStanding"/>. Refused: 409 <c>version_conflict</c> when a named version neither binds nor is published ahead.</summary>
/// <param name="Accept">What is agreed to, as it was read.</param>
public sealed record AcceptLegalRequest(IReadOnlyList<AcceptedVersion> Accept);

/// <summary>One version agreed to.</summary>
/// <param name="Document">Which.</param>
/// <param name="Version">The version that was read.</param>
public sealed record AcceptedVersion(LegalDocumentName Document, int Version);

/// <summary><c>POST /internal/legal</c> → <see cref="LegalDocumentVersion"/>. Customers are asked from <paramref name="EffectiveAt"/> on; what is published is never changed.</summary>
/// <param name="Document">Which.</param>
/// <param name="Version">The next number: 409 <c>version_conflict</c> otherwise.</param>
/// <param name="EffectiveAt">Not in the past, and not before the version that binds.</param>
/// <param name="TextId">The binding text, Indonesian.</param>
/// <param name="TextEn">The same in English.</param>
/// <param name="Reason">1 to 200 characters, for the audit log.</param>
public sealed record PublishLegalRequest(LegalDocumentName Document, int Version, DateTimeOffset EffectiveAt, string TextId, string TextEn, string Reason);
