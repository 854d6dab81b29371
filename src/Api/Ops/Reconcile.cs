using System.Text.Json;
using Webrana.Data;
using Webrana.Data.Clock;
using Webrana.Data.Reconciliation;

namespace Webrana.Api.Ops;

/// <summary><c>ops reconcile</c>: asks every promise of the books and says which hold.</summary>
internal static class Reconcile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> RunAsync(DataSources sources, bool json, TextWriter output)
    {
        var now = await new BusinessClockControl(sources.Queries).NowAsync();
        var findings = await new BooksCheck(sources).RunAsync(now - BooksCheck.Settling);
        var sound = findings.All(finding => finding.Broken == 0);
        await output.WriteLineAsync(json
            ? JsonSerializer.Serialize(new { sound, settledBefore = now - BooksCheck.Settling, checks = findings }, Json)
            : string.Join(Environment.NewLine, findings.Select(Line).Append(sound ? "The books are sound." : "The books are NOT sound.")));
        return sound ? 0 : 1;
    }

    private static string Line(BooksFinding finding) => finding.Broken == 0
        ? $"ok      {finding.Name}"
        : $"BROKEN  {finding.Name}: {finding.Broken}, such as {string.Join(", ", finding.Examples.Take(3))}";
}
