namespace Webrana.BrowserTesting;

/// <summary>Places in the working copy the tests were built from.</summary>
static class RepositoryPath
{
    public static string Root { get; } = FindRoot();

    public static string Of(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Webrana.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("Webrana.sln is not above " + AppContext.BaseDirectory);
    }
}
