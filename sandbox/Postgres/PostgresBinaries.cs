using System.Text.RegularExpressions;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Postgres;

/// <summary>The programs of one PostgreSQL installation.</summary>
/// <param name="BinFolder">Where `postgres`, `initdb` and `pg_ctl` are.</param>
/// <param name="MajorVersion">15, 18 … Data of one major version cannot be opened by another.</param>
/// <param name="Origin">Where it came from, for people.</param>
public sealed partial record PostgresBinaries(string BinFolder, int MajorVersion, string Origin)
{
    /// <summary>The oldest version that the product's SQL is written for.</summary>
    public const int OldestMajorVersion = 15;

    /// <summary>The full path of one of the programs.</summary>
    public string Program(string name) => Path.Combine(BinFolder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    /// <summary>The newest usable local installation (PATH and the places where distributions put it), or null.</summary>
    public static Task<PostgresBinaries?> FindLocalAsync() => FindLocalAsync(Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>The same, with another PATH.</summary>
    internal static async Task<PostgresBinaries?> FindLocalAsync(string path)
    {
        var folders = new List<string>();
        // A link on the PATH leads to the folder that has all programs; beside the link there may be some of them alone.
        if (Executables.FindOn(path, "postgres") is { } onPath
            && Path.GetDirectoryName(new FileInfo(onPath).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? onPath) is { } pathFolder)
            folders.Add(pathFolder);
        folders.AddRange(Versioned("/usr/lib/postgresql", "bin"));
        folders.AddRange(Versioned("/opt/homebrew/opt", "bin", "postgresql@*"));
        folders.AddRange(Versioned("/usr/local/opt", "bin", "postgresql@*"));
        folders.AddRange(Versioned(@"C:\Program Files\PostgreSQL", "bin"));

        var found = new List<PostgresBinaries>();
        foreach (var folder in folders)
        {
            if (await ReadAsync(folder, $"local installation {folder}") is { } binaries)
                found.Add(binaries);
        }

        return found.Where(binaries => binaries.MajorVersion >= OldestMajorVersion).MaxBy(binaries => binaries.MajorVersion);
    }

    /// <summary>The installation in a folder, or null when it is not complete or does not run here.</summary>
    internal static async Task<PostgresBinaries?> ReadAsync(string binFolder, string origin)
    {
        var binaries = new PostgresBinaries(binFolder, 0, origin);
        if (!File.Exists(binaries.Program("postgres")) || !File.Exists(binaries.Program("initdb")))
            return null;
        var outcome = await Command.RunAsync([binaries.Program("postgres"), "--version"]);
        var version = VersionNumber().Match(outcome.Output);
        return outcome.ExitCode == 0 && version.Success
            ? binaries with { MajorVersion = int.Parse(version.Value, null) }
            : null;
    }

    static IEnumerable<string> Versioned(string parent, string bin, string pattern = "*") =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(folder => Path.Combine(folder, bin)) : [];

    [GeneratedRegex(@"\d+")]
    private static partial Regex VersionNumber();
}
