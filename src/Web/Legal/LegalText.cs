namespace Webrana.Web.Legal;

/// <summary>What a line of a legal text is.</summary>
public enum LegalLineKind
{
    /// <summary>The document's name.</summary>
    Title,

    /// <summary>A section's name.</summary>
    Heading,

    /// <summary>An item of a list.</summary>
    Item,

    /// <summary>Running text.</summary>
    Paragraph,
}

/// <summary>One piece of a legal text.</summary>
/// <param name="Kind">How it is shown.</param>
/// <param name="Text">Without its mark.</param>
public sealed record LegalLine(LegalLineKind Kind, string Text);

/// <summary>Reads the plain text of a document: marks at the start of a line, nothing else, so that no text can become markup.</summary>
public static class LegalReader
{
    /// <summary>The pieces in order; items that follow each other belong to one list.</summary>
    /// <param name="text">As the API gives it.</param>
    public static IReadOnlyList<IReadOnlyList<LegalLine>> Read(string text)
    {
        var blocks = new List<List<LegalLine>>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(Line))
        {
            if (line.Kind == LegalLineKind.Item && blocks is [.., [{ Kind: LegalLineKind.Item }, ..] list]) list.Add(line);
            else blocks.Add([line]);
        }

        return blocks;
    }

    static LegalLine Line(string line) => line switch
    {
        ['#', '#', ' ', .. var heading] => new(LegalLineKind.Heading, heading),
        ['#', ' ', .. var title] => new(LegalLineKind.Title, title),
        ['-', ' ', .. var item] => new(LegalLineKind.Item, item),
        _ => new(LegalLineKind.Paragraph, line),
    };
}
