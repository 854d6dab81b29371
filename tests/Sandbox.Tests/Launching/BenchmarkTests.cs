using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Tests.Launching;

public class BenchmarkTests
{
    [Fact]
    public void Every_benchmark_that_is_offered_has_its_program() => Assert.All(
        ExternalCommand.Benchmarks.Values, project => Assert.True(File.Exists(Path.Combine(Repository.Root, "bench", project, $"{project}.csproj")), project));

    [Fact]
    public async Task A_benchmark_nobody_knows_is_answered_with_those_there_are()
    {
        var output = new StringWriter();

        Assert.Equal(2, await CommandLine.RunAsync(["bench", "nonsense"], output));

        Assert.Contains("all, console, latency, promo, provisioning, reminders, renewals, targets, wallet", output.ToString(), StringComparison.Ordinal);
    }
}
