using System.Reflection;
using System.Runtime.Loader;
using Webrana.Sandbox.Launcher.Coverage;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Coverage;

/// <summary>
/// Whoever changes what the whole process has is alone in it: a product assembly that is first used, or a process that is started, while
/// <see cref="Instrumenter.HitsVariable"/> names this test's small file would write its marks beyond the file's end, into memory that is another's.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInItsProcess
{
    public const string Name = "Alone in its process";
}

[Collection(AloneInItsProcess.Name)]
public class InstrumenterTests
{
    [Fact]
    public async Task An_instrumented_assembly_behaves_the_same_and_marks_exactly_the_lines_it_ran()
    {
        using var folder = new TemporaryFolder();
        var points = new List<CoveragePoint>();
        var original = typeof(Eventually).Assembly.Location;
        var instrumented = folder.Combine("Webrana.Testing.dll");
        Instrumenter.Instrument(original, Path.GetDirectoryName(original)!, instrumented, "Testing", points);
        Assert.True(File.Exists(folder.Combine("Webrana.Testing.pdb")));

        var hits = folder.Combine("hits");
        await File.WriteAllBytesAsync(hits, new byte[points.Count], TestContext.Current.CancellationToken);
        var before = Environment.GetEnvironmentVariable(Instrumenter.HitsVariable);
        Environment.SetEnvironmentVariable(Instrumenter.HitsVariable, hits);
        try
        {
            await RunEventuallyAsync(instrumented);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Instrumenter.HitsVariable, before);
        }

        var marks = await File.ReadAllBytesAsync(hits, TestContext.Current.CancellationToken);
        Assert.All(marks, mark => Assert.InRange(mark, 0, 1));
        var report = CoverageReport.Of(["Testing"], points, marks);
        var files = Assert.Single(report.Projects).Files.ToDictionary(file => Path.GetFileName(file.File));
        // Nothing timed out: the line that would say so was not run.
        Assert.InRange(files["Eventually.cs"].Missed.Count, 1, files["Eventually.cs"].Lines - 5);
        Assert.Equal(files["TestDatabase.cs"].Lines, files["TestDatabase.cs"].Missed.Count);
        Assert.False(report.Projects[0].IsSufficient);
    }

    [Fact]
    public void A_project_just_below_the_line_is_insufficient_and_one_without_statements_is_not_judged()
    {
        CoveragePoint[] points = [.. Enumerable.Range(1, 1000).Select(line => new CoveragePoint("A", "/a.cs", line))];
        Assert.Empty(CoverageReport.Of(["A", "B"], points, Hits(800)).Insufficient);
        Assert.Equal("A", Assert.Single(CoverageReport.Of(["A", "B"], points, Hits(799)).Insufficient).Name);

        static byte[] Hits(int covered) => [.. Enumerable.Range(0, 1000).Select(i => (byte)(i < covered ? 1 : 0))];
    }

    [Fact]
    public void Files_are_named_from_the_clone_also_when_a_ci_build_hides_where_it_was()
    {
        CoveragePoint[] points = [new("A", "/_/src/A/One.cs", 1), new("A", Path.Combine(Repository.Root, "src/A/Two.cs"), 1)];
        Assert.Equal(["src/A/Two.cs", "src/A/One.cs"], CoverageReport.Of(["A"], points, [0, 0]).Projects[0].Files.Select(file => file.File).OrderDescending());
    }

    static async Task RunEventuallyAsync(string assembly)
    {
        var context = new AssemblyLoadContext("instrumented");
        var loaded = context.LoadFromAssemblyPath(assembly);
        var method = loaded.GetType(typeof(Eventually).FullName!)!.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Single(candidate => candidate.GetParameters()[0].ParameterType == typeof(Func<bool>));
        var asked = 0;
        Func<bool> condition = () => ++asked == 3;
        await (Task)method.Invoke(null, [condition, TimeSpan.FromSeconds(60), "three", CancellationToken.None])!;
        Assert.Equal(3, asked);
    }
}
