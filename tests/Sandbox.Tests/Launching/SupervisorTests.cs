using System.Text;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>Supervision of real processes: the two simulators.</summary>
public class SupervisorTests
{
    const int Kill = 9;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_are_ready_when_started_one_that_dies_is_reported_with_its_log_and_all_are_gone_after_the_stop()
    {
        using var temporary = new TemporaryFolder();
        var folder = Folder(temporary);
        await using var output = new Lines();
        var supervisor = new Supervisor(folder, output);
        await supervisor.StartAsync(Simulators(folder), Cancellation);
        var running = RunFile.Of(folder)!.Processes;
        Assert.Equal(["digitalocean", "tripay"], running.Select(process => process.Role).Order());
        Assert.All(running, process => Assert.True(process.Identity.IsAlive));
        // In sessions of their own: Ctrl-C in a terminal reaches the launcher only, which stops them in order.
        Assert.NotEqual(Session(Environment.ProcessId), Session(running[0].Identity.Pid));

        using var stop = new CancellationTokenSource();
        var watching = supervisor.WatchAsync(stop.Token);
        running.Single(process => process.Role == "tripay").Identity.Signal(Kill);
        await output.Contains("tripay ended with 137").WaitAsync(TimeSpan.FromSeconds(90), Cancellation);
        await stop.CancelAsync();
        await watching;

        await supervisor.StopAsync();
        Assert.All(running, process => Assert.False(process.Identity.IsAlive));
        Assert.Null(RunFile.Of(folder));
    }

    [Fact]
    public async Task A_process_that_ends_before_it_is_ready_fails_the_start_with_the_end_of_its_log()
    {
        using var temporary = new TemporaryFolder();
        var folder = Folder(temporary);
        var supervisor = new Supervisor(folder, TextWriter.Null);
        var simulator = Simulators(folder).Single(service => service.Role == "tripay");
        var failure = await Assert.ThrowsAsync<LauncherException>(() => supervisor.StartAsync(
            simulator with { Arguments = ["--port", "none"], Environment = new Dictionary<string, string>() }, Cancellation));
        Assert.Contains("before it was ready", failure.Message, StringComparison.Ordinal);
        Assert.Contains("FormatException", failure.Message, StringComparison.Ordinal);
        await supervisor.StopAsync();
    }

    [Fact]
    public async Task A_program_that_was_not_built_is_named()
    {
        using var temporary = new TemporaryFolder();
        var folder = Folder(temporary);
        var failure = await Assert.ThrowsAsync<LauncherException>(() => new Supervisor(folder, TextWriter.Null).StartAsync(
            Simulators(folder)[0] with { Program = "/nowhere/Missing.dll" }, Cancellation));
        Assert.Contains("/nowhere/Missing.dll is missing", failure.Message, StringComparison.Ordinal);
    }

    static DataFolder Folder(TemporaryFolder temporary)
    {
        var folder = new DataFolder(temporary.Combine("box"));
        folder.Create();
        return folder;
    }

    static IReadOnlyList<ServiceSpec> Simulators(DataFolder folder)
    {
        var database = new WebranaDatabase("none", "", "");
        return [.. new SandboxServices(folder, FreeBlock.Ports(), Secrets.Of(folder), database).Simulators().Where(service => service.Role != "control")];
    }

    static string Session(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[3];

    /// <summary>Output that can be waited for.</summary>
    sealed class Lines : StringWriter
    {
        readonly Lock _gate = new();
        readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

        public override Encoding Encoding => Encoding.UTF8;

        public Task Contains(string text)
        {
            lock (_gate)
            {
                if (ToString().Contains(text, StringComparison.Ordinal))
                    return Task.CompletedTask;
                var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited.Add((text, seen));
                return seen.Task;
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            lock (_gate)
            {
                WriteLine(value);
                foreach (var (text, seen) in _awaited.Where(waiting => ToString().Contains(waiting.Text, StringComparison.Ordinal)))
                    seen.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
