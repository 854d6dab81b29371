using System.Text.RegularExpressions;
using Webrana.BrowserTesting;

namespace Webrana.Web.Tests.Pages;

/// <summary>A page that nobody puts on the list would be looked at by nobody.</summary>
public sealed partial class ScreenshotListTests
{
    // Where every address goes that is none.
    const string NotFound = "/not-found";

    [Fact]
    public void Every_page_of_the_panel_is_on_the_list_of_those_that_are_looked_at()
    {
        var pages = Directory.EnumerateFiles(RepositoryPath.Of("src", "Web"), "*.razor", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Routes: Route().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).ToList()))
            .Where(page => page.Routes.Count > 0).ToList();
        var routes = pages.SelectMany(page => page.Routes).ToList();
        Assert.True(routes.Count > 50, $"only {routes.Count} routes were found");

        var visited = ScreenshotTests.Paths.Select(path => RouteOf(path, routes)).ToHashSet();
        Assert.Empty(pages.Where(page => !page.Routes.Any(visited.Contains)).Select(page => page.Name));
    }

    /// <summary>As routing chooses: the one with the most fixed words.</summary>
    static string RouteOf(string path, List<string> routes)
    {
        var words = path.Split('?')[0].Split('/');
        return routes.Where(route => route.Split('/') is var parts && parts.Length == words.Length && parts.Zip(words).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second))
            .MinBy(route => route.Count(letter => letter == '{')) ?? NotFound;
    }

    [GeneratedRegex("""^@page "([^"]+)""", RegexOptions.Multiline)]
    private static partial Regex Route();
}
