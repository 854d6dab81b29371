using System.Xml.Linq;

namespace Webrana.Architecture.Tests;

/// <summary>The source tree this test was built from, read as projects and their references.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Names of the projects in src, such as <c>Grains</c>.</summary>
    public static IReadOnlyList<string> SourceProjects { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order()!];

    /// <summary>Everything a project in src references, however indirectly, by name.</summary>
    public static IReadOnlySet<string> ReachableFrom(string project)
    {
        var reached = new HashSet<string>();
        var waiting = new Queue<string>([project]);
        while (waiting.TryDequeue(out var next))
            foreach (var reference in References(next, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))
                if (reached.Add(reference)) waiting.Enqueue(reference);
        return reached;
    }

    /// <summary>Packages named by the project or by anything it references.</summary>
    public static IReadOnlySet<string> PackagesReachableFrom(string project) =>
        ReachableFrom(project).Append(project).SelectMany(name => References(name, "PackageReference")).ToHashSet();

    static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj")).Descendants(kind)
            .Select(reference => reference.Attribute("Include")?.Value).OfType<string>();

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Webrana.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("No Webrana.sln above the test.");
    }
}
