using System.Collections.Concurrent;
using System.Diagnostics;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Supervision;

/// <summary>Starts the processes of one sandbox, waits until they are ready, reports those that end, and stops all.</summary>
sealed class Supervisor(DataFolder folder, TextWriter output)
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    readonly Lock _gate = new();
    readonly List<RunningProcess> _running = [];
    readonly ConcurrentDictionary<string, Process> _children = new();

    /// <summary>How long a process may take from its start to its first 200.</summary>
    internal static TimeSpan ReadyTimeout { get; } = TimeSpan.FromSeconds(120);

    internal IReadOnlyList<RunningProcess> Running
    {
        get
        {
            lock (_gate)
                return [.. _running];
        }
    }

    /// <summary>Writes who runs; called before the first start too, so that a launcher that dies at once is known.</summary>
    internal void Record(bool ready)
    {
        lock (_gate)
            new RunFile(ProcessIdentity.Of(Environment.ProcessId)!, ready, [.. _running]).Write(folder);
    }

    /// <summary>Adds a process that somebody else started (PostgreSQL).</summary>
    internal void Adopt(string role, ProcessIdentity identity, string log)
    {
        lock (_gate)
            _running.Add(new RunningProcess(role, identity, log));
        Record(ready: false);
    }

    /// <summary>Starts one service and waits until it is ready.</summary>
    /// <exception cref="LauncherException">It ended or did not answer in time; the end of its log is in the message.</exception>
    internal async Task StartAsync(ServiceSpec service, CancellationToken cancellation)
    {
        if (!File.Exists(service.Program))
            throw new LauncherException($"{service.Program} is missing: build first (dotnet build Webrana.sln -c {Repository.Configuration}).");
        var log = NewLog(service.Role);
        var child = await ChildProcess.StartAsync(new ChildStart
        {
            Command = [Dotnet.Path, service.Program, .. service.Arguments],
            Environment = service.Environment,
            WorkingFolder = Path.GetDirectoryName(service.Program),
            LogFile = log,
            DiesWithParent = true,
        });
        _children[service.Role] = child;
        if (ProcessIdentity.Of(child.Id) is { } identity)
            Adopt(service.Role, identity, log);

        var waiting = Stopwatch.StartNew();
        while (!await IsReadyAsync(service, cancellation))
        {
            if (child.HasExited)
                throw new LauncherException($"{service.Role} ended with {child.ExitCode} before it was ready. The end of {log}:\n{DataFolder.Tail(log)}");
            if (waiting.Elapsed > ReadyTimeout)
                throw new LauncherException($"{service.Role} is not ready after {ReadyTimeout.TotalSeconds:0} s ({service.Health}). The end of {log}:\n{DataFolder.Tail(log)}");
            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>Starts several at once; the first that fails ends the wait for the others.</summary>
    internal async Task StartAsync(IEnumerable<ServiceSpec> services, CancellationToken cancellation)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var starting = services.Select(service => StartAsync(service, together.Token)).ToList();
        try
        {
            while (starting.Count > 0)
            {
                var ready = await Task.WhenAny(starting);
                starting.Remove(ready);
                await ready;
            }
        }
        catch
        {
            await together.CancelAsync();
            await Task.WhenAll(starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Reports every process that ends; returns when asked to stop.</summary>
    internal async Task WatchAsync(CancellationToken stop)
    {
        var watched = _children.ToDictionary(child => child.Value.WaitForExitAsync(stop), child => child.Key);
        while (watched.Count > 0)
        {
            var ended = await Task.WhenAny(watched.Keys);
            if (stop.IsCancellationRequested)
                return;
            watched.Remove(ended, out var role);
            var log = folder.Log(role!);
            await output.WriteLineAsync($"{role} ended with {_children[role!].ExitCode}; the others keep running. The end of {log}:\n{DataFolder.Tail(log, 10)}");
        }

        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Stops everything in the reverse order of need and forgets the run.</summary>
    internal async Task StopAsync()
    {
        await Shutdown.StopAsync(Running, output);
        File.Delete(folder.SandboxFile);
        File.Delete(folder.RunFile);
    }

    /// <summary>The log of the run before is kept beside the new one: it may say why it ended.</summary>
    internal string NewLog(string role)
    {
        var log = folder.Log(role);
        if (File.Exists(log))
            File.Move(log, folder.Log(role + ".previous"), overwrite: true);
        return log;
    }

    static async Task<bool> IsReadyAsync(ServiceSpec service, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Http.GetAsync(service.Health, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
