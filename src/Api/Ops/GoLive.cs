using System.Globalization;
using Webrana.Data;
using Webrana.Data.Audit;

namespace Webrana.Api.Ops;

/// <summary>
/// <c>ops go-live</c>: who has looked at what only a person sees before a shop opens (docs/GO-LIVE.md), and <c>ops go-live confirm STEP --by NAME</c> to
/// say that one has. A word is a line of the audit log's chain, so that it has a name and a day and nobody takes it back unseen; the doctor reads it.
/// </summary>
internal static class GoLive
{
    /// <summary>As the doctor reads them (sandbox/Launcher/Commands/GoLiveSteps.cs); a test holds both to the page.</summary>
    public const string Action = "golive.confirmed";

    /// <summary>What can be confirmed.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["keys", "team", "mail", "backup", "books", "prices", "words", "rules"];

    private const string SubjectPrefix = "go-live:";
    private const int LongestText = 200;

    public static async Task<int> RunAsync(DataSources sources, string[] arguments, TextWriter output, TextWriter errors)
    {
        var chain = new AuditChain(sources);
        switch (arguments)
        {
            case []:
                foreach (var step in Steps)
                    await output.WriteLineAsync(await LineAsync(chain, step));
                return 0;
            case ["confirm", var step, .. var rest] when Steps.Contains(step):
                var options = new ConfigurationBuilder().AddCommandLine(rest).Build();
                var (by, note) = (options["by"]?.Trim() ?? "", options["note"]?.Trim());
                if (!IsText(by) || (note is not null && !IsText(note)))
                    break;
                await chain.AppendAsync(new AuditLine(null, $"ops:{by}", Action, SubjectPrefix + step, Reason: note));
                await output.WriteLineAsync(await LineAsync(chain, step));
                return 0;
        }

        await errors.WriteLineAsync($"Usage: ops go-live [confirm STEP --by NAME [--note TEXT]], where STEP is one of {string.Join(", ", Steps)}");
        return 2;
    }

    private static async Task<string> LineAsync(AuditChain chain, string step)
    {
        var (rows, _) = await chain.ListAsync(new AuditFilter(SubjectPrefix + step, Action: Action), limit: 1);
        return rows is [var last, ..]
            ? string.Create(CultureInfo.InvariantCulture, $"{step,-8} {last.OccurredAt:yyyy-MM-dd} {last.Line.Actor} {last.Line.Reason}").TrimEnd()
            : $"{step,-8} nobody has confirmed it";
    }

    private static bool IsText(string text) => text.Length is > 0 and <= LongestText && !text.Any(char.IsControl);
}
