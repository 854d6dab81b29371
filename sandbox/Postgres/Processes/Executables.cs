namespace Webrana.Sandbox.Postgres.Processes;

/// <summary>Finds programs on PATH.</summary>
public static class Executables
{
    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? Find(string name) => FindOn(Environment.GetEnvironmentVariable("PATH") ?? "", name);

    /// <summary>The same, on a path that is given.</summary>
    internal static string? FindOn(string path, string name)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}
