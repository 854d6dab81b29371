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
    /// <exception cref="TimeoutException">It did not end in time; it was killed.</exception>
    public static async Task<CommandOutcome> RunAsync(
        IReadOnlyList<string> command, string? workingFolder = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder ?? "",
        };
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
        var outcome = await RunAsync(command, workingFolder, timeout, cancellation);
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {outcome.ExitCode}:\n{outcome.Output}");
    }
}
