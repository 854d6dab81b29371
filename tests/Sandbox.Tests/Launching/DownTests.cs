using System.Diagnostics;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Tests.Launching;

public class DownTests
{
    static readonly ProcessIdentity Gone = new(int.MaxValue, "another-boot/1");

    [Fact]
    public async Task Children_of_a_launcher_that_was_killed_are_stopped_and_a_stranger_with_a_recycled_pid_is_not()
    {
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Path);
        using var ours = Process.Start("sleep", "600");
        using var stranger = Process.Start("sleep", "600");
        try
        {
            new RunFile(Gone, true,
            [
                new RunningProcess("silo-1", ProcessIdentity.Of(ours.Id)!, "log"),
                new RunningProcess("api", new ProcessIdentity(stranger.Id, "another-boot/1"), "log"),
            ]).Write(folder);

            Assert.Equal(0, await CommandLine.RunAsync(["down", "--data", temporary.Path], TextWriter.Null));
            Assert.Null(ProcessIdentity.Of(ours.Id));
            Assert.NotNull(ProcessIdentity.Of(stranger.Id));
            Assert.Null(RunFile.Of(folder));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task Nothing_running_is_said_and_is_no_error()
    {
        using var temporary = new TemporaryFolder();
        using var output = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["down", "--data", temporary.Path], output));
        Assert.Contains("Nothing runs", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_one_line_for_each_need_with_how_to_get_what_is_missing()
    {
        using var temporary = new TemporaryFolder();
        using var output = new StringWriter();
        await CommandLine.RunAsync(["doctor", "--data", temporary.Path], output);
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches("^(OK     |MISSING)  .+", line));
        foreach (var need in new[] { ".NET SDK", "Node", "npm", "PostgreSQL", "Connections", "Chromium", "Ports" })
            Assert.Single(lines, line => line[9..].StartsWith(need, StringComparison.Ordinal));
        Assert.StartsWith("OK", lines[0], StringComparison.Ordinal);
        var missing = new Finding(false, "Node", "needs 20 or newer");
        Assert.StartsWith("MISSING  Node", missing.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_shows_the_usage()
    {
        using var output = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(["explode"], output));
        Assert.Equal(0, await CommandLine.RunAsync([], output));
        Assert.Contains("./webrana up", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await CommandLine.RunAsync(["up", "--what"], output));
        Assert.Throws<LauncherException>(() => UpOptions.Parse(["--what"]));
    }

    [Theory]
    [InlineData("--seed")]
    [InlineData("--seed", "12345")]
    [InlineData("--seed", "0N0XIzNsQ0O2;rm")]
    [InlineData("--steps", "0")]
    [InlineData("--seed", "0N0XIzNsQ0O2", "--steps", "many")]
    [InlineData("--minutes", "-1")]
    [InlineData("--what", "1")]
    public async Task What_the_fuzzer_cannot_use_is_refused_before_anything_is_built(params string[] words)
    {
        using var output = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(["fuzz", .. words], output));
        Assert.Contains("--seed", output.ToString(), StringComparison.Ordinal);
    }
}
