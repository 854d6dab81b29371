namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>Which of the doctor's lines belong to which step of docs/GO-LIVE.md, in its order: the first one missing is what to do next.</summary>
static class GoLiveLines
{
    /// <summary>Each step with its lines, as the page's last column has them; a line that several steps work for stands at each.</summary>
    internal static readonly (int Step, string[] Lines)[] All =
    [
        (0, ["Settings file"]),
        (1, ["Panel", "API", "Panel answers", "API answers", "Panel line", "WebSockets"]),
        (2, ["Install"]),
        (3, ["Promo key", "Key ring", "Sealed keys", "Panel keys", "Seen: keys"]),
        (4, ["Database", "First admin", "First sale"]),
        (5, ["DigitalOcean", "DO token", "Seen: team"]),
        (6, ["Tripay", "Callback", "Tripay key", "First sale"]),
        (7, ["Mail", "Mail server", "SPF", "DKIM", "DMARC", "Seen: mail"]),
        (8, ["Backup", "Seen: backup"]),
        (9, ["First admin"]),
        (10, ["Prices", "First sale", "Seen: prices", "Seen: books"]),
        (11, ["Words", "Seller", "Help", "Seen: words", "Seen: rules"]),
        (12, ["Desk", "Alarm webhook", "Seen: rules"]),
    ];

    /// <summary>The last step that a line is for: before that it may well be missing. What stands for several lines comes at the end.</summary>
    internal static int StepOf(string line) => All.Where(step => step.Lines.Contains(line)).Select(step => step.Step).DefaultIfEmpty(int.MaxValue).Max();
}
