namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>Where things are in the clone this launcher was built in, and in which configuration it was built.</summary>
public static class Repository
{
    /// <summary>The folder of Webrana.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>`Release` or `Debug`: the launcher starts its siblings of the same build.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Release";

    /// <summary>The built program of a project: `Output("src/Silo", "Webrana.Silo.dll")`.</summary>
    public static string Output(string project, string file) =>
        Path.Combine(Root, project.Replace('/', Path.DirectorySeparatorChar), "bin", Configuration, "net10.0", file);

    /// <summary>
    /// The program of a process that is started: the built one, or below <paramref name="published"/> the one that `deploy/publish.sh` wrote there,
    /// which is what an image would hold.
    /// </summary>
    public static string Program(string project, string file, string? published) => published is { Length: > 0 }
        ? Path.Combine(Path.GetFullPath(published), project.Replace('/', Path.DirectorySeparatorChar), file)
        : Output(project, file);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Webrana.sln")))
                return folder.FullName;
        }

        throw new LauncherException("Webrana.sln was not found above the launcher; it runs from its clone.");
    }
}
