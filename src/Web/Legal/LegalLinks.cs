using Webrana.Wire.Legal;

namespace Webrana.Web.Legal;

/// <summary>The addresses of the documents.</summary>
static class LegalLinks
{
    /// <summary>Path and the key of its name.</summary>
    public static readonly (string Path, string Text)[] All =
    [
        ("/legal/terms", "LegalDocumentName.Terms"), ("/legal/privacy", "LegalDocumentName.Privacy"), ("/legal/acceptable-use", "LegalDocumentName.AcceptableUse"),
    ];

    /// <summary>One version of one document.</summary>
    /// <param name="document">Which.</param>
    /// <param name="version">Of it.</param>
    public static string Of(LegalDocumentName document, int version) => $"{All[(int)document].Path}?version={version}";
}
