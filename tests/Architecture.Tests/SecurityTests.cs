using System.Text.RegularExpressions;

namespace Webrana.Architecture.Tests;

/// <summary>docs/SECURITY.md says which test keeps which promise; a promise whose test was renamed or dropped is none.</summary>
public sealed partial class SecurityTests
{
    static readonly string[] Promises =
        [.. File.ReadAllLines(Path.Combine(Repository.Root, "docs", "SECURITY.md")).Where(line => Promise().IsMatch(line))];

    static readonly Lazy<string[]> Sources = new(() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText),
    ]);

    [Fact]
    public void Every_promise_names_a_test()
    {
        Assert.True(Promises.Length > 30, $"only {Promises.Length} promises were found");
        Assert.All(Promises, line => Assert.Matches(Name(), line));
    }

    [Fact]
    public void Every_test_that_a_promise_names_exists()
    {
        var named = Promises.SelectMany(line => Name().Matches(line)).Select(name => (Class: name.Groups[1].Value, Method: name.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(
            Sources.Value.Any(source =>
                source.Contains($"class {name.Class}", StringComparison.Ordinal) && Regex.IsMatch(source, $@"public (?:async )?(?:Task|void) {name.Method}\(")),
            $"{name.Class}.{name.Method}"));
    }

    [GeneratedRegex(@"^\| (?:API\d|\d+\.\d)")]
    private static partial Regex Promise();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Name();
}
