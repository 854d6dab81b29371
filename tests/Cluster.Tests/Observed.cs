using System.Text;
using System.Text.RegularExpressions;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Cluster.Tests;

/// <summary>Names of metrics: those that a dashboard asks for, those that a process shows, those that its code could show.</summary>
public static partial class Observed
{
    // Series that Prometheus itself makes of a histogram or a counter, and the units that its names end in before.
    private static readonly string[] Endings = ["_bucket", "_count", "_sum", "_total", "_milliseconds", "_seconds"];

    private static readonly string[] Builds = ["src/Silo", "src/Api"];

    public static IEnumerable<string> MetricsNamedIn(string text) => Metric().Matches(text).Select(match => match.Value);

    public static IEnumerable<string> MetricsShownIn(string exposition) =>
        exposition.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]);

    /// <summary>Whether some assembly of our build holds the instrument's name as text; names are written there with dots or dashes.</summary>
    public static bool IsAnInstrumentOfOurBuild(string metric)
    {
        var bare = Endings.Aggregate(metric, (name, ending) => name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : name);
        return Builds.SelectMany(build => Directory.EnumerateFiles(Path.GetDirectoryName(Repository.Output(build, "any"))!, "*.dll"))
            .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("Orleans", StringComparison.Ordinal) || name.StartsWith("Webrana", StringComparison.Ordinal)))
            .Any(file => Literals(file).Replace('-', '_').Replace('.', '_').Contains(bare, StringComparison.Ordinal));
    }

    // String literals of an assembly are UTF-16 in its user-string heap, at odd or even offsets.
    private static string Literals(string file)
    {
        var bytes = File.ReadAllBytes(file);
        return Encoding.Unicode.GetString(bytes) + Encoding.Unicode.GetString(bytes, 1, bytes.Length - 1);
    }

    // Not the labels: those stand behind `by (`, before `=`, or in a legend's braces.
    [GeneratedRegex(@"(?<!by \([a-z_, ]*)(?<!\{\{)\b(?:webrana|orleans|http_server|http_client|dotnet|db_client)_[a-z0-9_]+\b(?!\s*=)")]
    private static partial Regex Metric();
}
