using System.IO.MemoryMappedFiles;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Launcher.Coverage;

/// <summary>
/// Line coverage of everything that runs during the tests: the test processes and the product's processes that they
/// start. Each statement of src/ gets one store into a byte of a file that all processes map; so a killed process
/// loses nothing, nobody has to flush, and the cost is one store per statement.
///
/// The compiler's output in obj/ stays as it is; only its copies in bin/ are replaced, and put back afterwards.
/// An instrumented assembly that is run without the hits file stores into its own memory and behaves the same.
/// </summary>
sealed class InstrumentedBuild : IDisposable
{
    static readonly string[] Folders = ["src", "tests", "sandbox", "bench"];

    readonly IReadOnlyList<CoveragePoint> _points;

    InstrumentedBuild(IReadOnlyList<CoveragePoint> points, string hitsFile)
    {
        _points = points;
        HitsFile = hitsFile;
    }

    /// <summary>Goes to every process in <see cref="Instrumenter.HitsVariable"/>.</summary>
    internal string HitsFile { get; }

    static string Framework => Path.Combine(Repository.Configuration, "net10.0");

    /// <summary>Replaces the copies of every src/ assembly by instrumented ones.</summary>
    internal static InstrumentedBuild Create(string resultsFolder)
    {
        Directory.CreateDirectory(resultsFolder);
        var points = new List<CoveragePoint>();
        foreach (var (project, compiled) in Compiled())
        {
            var instrumented = Path.Combine(resultsFolder, "instrumented", Path.GetFileName(compiled));
            Directory.CreateDirectory(Path.GetDirectoryName(instrumented)!);
            Instrumenter.Instrument(compiled, Path.Combine(Repository.Root, "src", project, "bin", Framework), instrumented, project, points);
            CopyOver(instrumented);
        }

        var hitsFile = Path.Combine(resultsFolder, "hits");
        File.WriteAllBytes(hitsFile, new byte[Math.Max(points.Count, 1)]);
        return new InstrumentedBuild(points, hitsFile);
    }

    /// <summary>What was executed until now.</summary>
    internal CoverageReport Report()
    {
        using var file = MemoryMappedFile.CreateFromFile(HitsFile, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        var hits = new byte[_points.Count];
        view.ReadArray(0, hits, 0, hits.Length);
        return CoverageReport.Of(Compiled().Select(assembly => assembly.Project), _points, hits);
    }

    /// <summary>Puts the compiler's own output back.</summary>
    public void Dispose()
    {
        foreach (var (_, compiled) in Compiled())
            CopyOver(compiled);
    }

    static IEnumerable<(string Project, string Compiled)> Compiled() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
            .Select(folder => (Project: Path.GetFileName(folder), Compiled: Path.Combine(folder, "obj", Framework, $"Webrana.{Path.GetFileName(folder)}.dll")))
            .Where(assembly => File.Exists(assembly.Compiled))
            .OrderBy(assembly => assembly.Project, StringComparer.Ordinal);

    static void CopyOver(string assembly)
    {
        var symbols = Path.ChangeExtension(assembly, ".pdb");
        foreach (var copy in CopiesOf(Path.GetFileName(assembly)))
        {
            File.Copy(assembly, copy, overwrite: true);
            File.Copy(symbols, Path.ChangeExtension(copy, ".pdb"), overwrite: true);
        }
    }

    static IEnumerable<string> CopiesOf(string assembly) =>
        Folders.Select(folder => Path.Combine(Repository.Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, assembly, SearchOption.AllDirectories))
            .Where(file => file.Contains(Path.Combine("bin", Framework) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
