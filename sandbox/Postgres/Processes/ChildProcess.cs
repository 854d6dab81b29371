using System.Collections.Concurrent;
using System.Diagnostics;

namespace Webrana.Sandbox.Postgres.Processes;

/// <summary>How a child lives and dies.</summary>
public sealed record ChildStart
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The file both its outputs are appended to.</summary>
    public required string LogFile { get; init; }

    /// <summary>Variables added to, or replacing, those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder it starts in.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Whether the kernel ends it when this process dies however it dies (where setpriv exists).</summary>
    public bool DiesWithParent { get; init; }

    /// <summary>The account it runs as when this process is root.</summary>
    public UnprivilegedUser? User { get; init; }
}

/// <summary>
/// Starts long-living children in a session of their own, so that Ctrl-C in a terminal reaches only the process that
/// decides about them, with their output in a file that outlives the starter.
/// </summary>
public static class ChildProcess
{
    static readonly Lazy<BlockingCollection<Action>> Starts = new(Serve);

    /// <summary>Starts the child.</summary>
    public static async Task<Process> StartAsync(ChildStart child)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Value.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(InfoOf(child)) ?? throw new InvalidOperationException($"{child.Command[0]} did not start"));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return await started.Task;
    }

    static ProcessStartInfo InfoOf(ChildStart child)
    {
        var info = new ProcessStartInfo { WorkingDirectory = child.WorkingFolder ?? "" };
        foreach (var (name, value) in child.Environment)
            info.Environment[name] = value;

        if (OperatingSystem.IsWindows())
        {
            info.FileName = "cmd.exe";
            // A console of its own that nobody sees: Ctrl-C and a closed window reach the starter only.
            info.CreateNoWindow = true;
            // /s: cmd takes off the outer quotes and leaves the inner ones alone.
            info.Arguments = $"/d /s /c \"{string.Join(' ', child.Command.Select(word => $"\"{word}\""))} >> \"{child.LogFile}\" 2>&1\"";
            return info;
        }

        var words = UnixWords(child);
        info.FileName = words[0];
        foreach (var word in words.Skip(1))
            info.ArgumentList.Add(word);
        return info;
    }

    static List<string> UnixWords(ChildStart child)
    {
        var words = new List<string>();
        if (Executables.Find("setsid") is { } setsid)
            words.Add(setsid);
        // The shell opens the log, then becomes the child: no pump, and the pid stays.
        words.AddRange(["/bin/sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", child.LogFile]);
        // setpriv sets the parent-death signal after it changed the user, because that change clears it.
        if (Executables.Find("setpriv") is { } setpriv && (child.DiesWithParent || child.User is not null))
        {
            words.Add(setpriv);
            if (child.DiesWithParent)
                words.AddRange(["--pdeathsig", "TERM"]);
            if (child.User is { } user)
                words.AddRange(user.SetprivOptions);
        }
        else if (child.User is { } user)
        {
            words.AddRange(user.RunuserWords);
        }

        words.AddRange(child.Command);
        return words;
    }

    /// <summary>
    /// Children are started by one thread that never ends: the kernel counts the death of the starting THREAD as the
    /// death of the parent, and a pool thread may end at any time.
    /// </summary>
    static BlockingCollection<Action> Serve()
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "child starter" }.Start();
        return starts;
    }
}
