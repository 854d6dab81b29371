using System.Globalization;
using System.Text;
using System.Text.Json;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Launcher.Coverage;

/// <summary>Lines executed, by project.</summary>
sealed record CoverageReport(IReadOnlyList<ProjectCoverage> Projects)
{
    /// <summary>Every project of src/ must reach it.</summary>
    internal const int RequiredPercent = 80;

    internal IEnumerable<ProjectCoverage> Insufficient => Projects.Where(project => !project.IsSufficient);

    internal static CoverageReport Of(IEnumerable<string> projects, IReadOnlyList<CoveragePoint> points, IReadOnlyList<byte> hits)
    {
        var byProject = Enumerable.Range(0, points.Count).ToLookup(i => points[i].Project);
        return new CoverageReport([.. projects.Select(project => new ProjectCoverage(project, FilesOf(byProject[project])))]);

        IReadOnlyList<FileCoverage> FilesOf(IEnumerable<int> indexes) =>
        [
            .. indexes.GroupBy(i => points[i].File).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new FileCoverage(
                // A build with CI=true records paths as /_/src/…, whatever folder it was in.
                file.Key.StartsWith("/_/", StringComparison.Ordinal) ? file.Key[3..] : Path.GetRelativePath(Repository.Root, file.Key),
                file.Count(),
                [.. file.Where(i => hits[i] == 0).Select(i => points[i].Line).Order()])),
        ];
    }

    /// <summary>The table for people; a run of some projects only is shown without judging.</summary>
    internal string Table(bool judged)
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{"Project",-16}{"Lines covered",20}{"Percent",10}");
        foreach (var project in Projects)
            table.AppendLine(CultureInfo.InvariantCulture, $"{project.Name,-16}{$"{project.Covered}/{project.Total}",20}{project.PercentText,10}{(project.IsSufficient || !judged ? "" : $"   under {RequiredPercent}%")}");
        return table.ToString();
    }

    /// <summary>Everything, with the lines that were not executed.</summary>
    internal void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "coverage.json"), JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        var missed = new StringBuilder();
        foreach (var file in Projects.SelectMany(project => project.Files).Where(file => file.Missed.Count > 0))
            missed.AppendLine(CultureInfo.InvariantCulture, $"{file.File} ({file.Lines - file.Missed.Count}/{file.Lines}): {string.Join(", ", file.Missed)}");
        File.WriteAllText(Path.Combine(folder, "missed-lines.txt"), missed.ToString());
    }
}

/// <summary>One project.</summary>
sealed record ProjectCoverage(string Name, IReadOnlyList<FileCoverage> Files)
{
    public int Total => Files.Sum(file => file.Lines);

    public int Covered => Total - Files.Sum(file => file.Missed.Count);

    /// <summary>A project without statements (interfaces only) has nothing to cover.</summary>
    public bool IsSufficient => Covered * 100L >= Total * (long)CoverageReport.RequiredPercent;

    internal string PercentText => Total == 0 ? "–" : (Covered * 100.0 / Total).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}

/// <summary>One source file: lines on which a statement starts, and those never executed.</summary>
sealed record FileCoverage(string File, int Lines, IReadOnlyList<int> Missed);
