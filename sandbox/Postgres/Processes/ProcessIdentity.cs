using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Webrana.Sandbox.Postgres.Processes;

/// <summary>
/// A process, named so that a recycled pid is never mistaken for it: the pid together with the moment it started.
/// On Linux that moment is the kernel's own tick count together with the boot it counts from.
/// </summary>
/// <param name="Pid">The operating system's process id.</param>
/// <param name="Started">An opaque mark of the start; equal only for the same process.</param>
public sealed record ProcessIdentity(int Pid, string Started)
{
    /// <summary>The identity of a running process, or null when no such process runs (a zombie does not run).</summary>
    public static ProcessIdentity? Of(int pid)
    {
        var started = OperatingSystem.IsLinux() ? StartedOnLinux(pid) : StartedElsewhere(pid);
        return started is null ? null : new ProcessIdentity(pid, started);
    }

    /// <summary>Whether this very process still runs.</summary>
    public bool IsAlive => Of(Pid) == this;

    /// <summary>Sends a signal (15 = terminate, 9 = kill …) if, and only if, this very process still runs.</summary>
    /// <returns>False when it was gone already.</returns>
    public bool Signal(int signal)
    {
        if (!IsAlive)
            return false;
        if (!OperatingSystem.IsWindows())
            return NativeMethods.Kill(Pid, signal) == 0;
        try
        {
            using var process = Process.GetProcessById(Pid);
            // There is no signal to ask with, and the child may be a shell around the program.
            process.Kill(entireProcessTree: true);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Exception e) when (e is Win32Exception or AggregateException)
        {
            return true; // It, or one of its children, is ending already: whoever asks waits for that.
        }
    }

    /// <summary>Waits until the process is gone.</summary>
    /// <returns>False when it still ran at the end of the time allowed.</returns>
    public async Task<bool> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        var waiting = Stopwatch.StartNew();
        while (IsAlive)
        {
            if (waiting.Elapsed > timeout)
                return false;
            await Task.Delay(25, cancellation);
        }

        return true;
    }

    static string? StartedOnLinux(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in parentheses may itself hold spaces and parentheses: count from the last one.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is "Z" or "X")
                return null;
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{fields[19]}";
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static string? StartedElsewhere(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        // Win32Exception: the system's own, which we may not look at and did not start.
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
