using System.Diagnostics;
using System.Text;

namespace Webrana.Sandbox.Postgres.Processes;

/// <summary>What a command that ran to its end left behind.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output and standard error, in the order they came.</param>
public sealed record CommandOutcome(int ExitCode, string Output);

/// <summary>Runs a command to its end and gathers what it prints.</summary>
public static class Command
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="workingFolder">The folder it starts in; this process's own without one.</param>
    /// <param name="timeout">Two minutes without one.</param>
    /// <param name="environment">Variables added to, or replacing, those of this process.</param>
    /// <param name="cancellation">Stops waiting for it.</param>
    /// <exception cref="TimeoutException">It did not end in time; it was killed.</exception>
    public static async Task<CommandOutcome> RunAsync(
        IReadOnlyList<string> command, string? workingFolder = null, TimeSpan? timeout = null, IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var output = new StringBuilder();
        void Gather(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }

        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Gather;
        process.ErrorDataReceived += Gather;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout ?? TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} did not end in time:\n{output}");
        }

        lock (output)
            return new CommandOutcome(process.ExitCode, output.ToString().Trim());
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; the message carries what it printed.</exception>
    public static async Task<string> RunOrThrowAsync(
        IReadOnlyList<string> command, string? workingFolder = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var outcome = await RunAsync(command, workingFolder, timeout, cancellation: cancellation);
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {outcome.ExitCode}:\n{outcome.Output}");
    }
}
