using System.Diagnostics;
using System.Globalization;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Chaos.Cluster;

/// <summary>One process of the cluster, which can be killed, stopped and started again as what it was.</summary>
public sealed class Member(ServiceSpec spec, string log)
{
    private const int Terminate = 15, Kill = 9, Stop = 19, Continue = 18;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(3) };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private ProcessIdentity? _identity;
    private Process? _process;

    /// <summary><c>silo-1</c>, <c>api-2</c>.</summary>
    public string Role => spec.Role;

    /// <summary>Where it answers.</summary>
    public Uri Address { get; } = new(spec.Health.GetLeftPart(UriPartial.Authority));

    /// <summary>Its output.</summary>
    public string Log => log;

    public bool IsSilo => Role.StartsWith("silo", StringComparison.Ordinal);

    public bool IsApi => Role.StartsWith("api", StringComparison.Ordinal);

    public bool IsAlive => _identity is { IsAlive: true };

    /// <summary>Alive and standing still.</summary>
    public bool IsStopped => _identity is { } identity && StateOf(identity.Pid) is 'T';

    /// <summary>What it occupies, in bytes; 0 when it is gone.</summary>
    public long ResidentBytes
    {
        get
        {
            _process?.Refresh();
            return IsAlive ? _process!.WorkingSet64 : 0;
        }
    }

    /// <summary>Starts it; whether it is ready is another question.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = await ChildProcess.StartAsync(new ChildStart
        {
            Command = [Executables.Find("dotnet") ?? "dotnet", spec.Program, .. spec.Arguments],
            Environment = spec.Environment,
            WorkingFolder = Path.GetDirectoryName(spec.Program),
            LogFile = log,
            DiesWithParent = true,
        });
        _identity = ProcessIdentity.Of(_process.Id);
    }

    /// <summary>Waits for its first 200.</summary>
    /// <returns>How long that took.</returns>
    /// <exception cref="LauncherException">It ended, or did not answer.</exception>
    public async Task<TimeSpan> WaitReadyAsync(CancellationToken cancellation)
    {
        var waiting = Stopwatch.StartNew();
        while (!await IsReadyAsync(cancellation))
        {
            if (!IsAlive)
                throw new LauncherException($"{Role} ended before it was ready:\n{DataFolder.Tail(log)}");
            if (waiting.Elapsed > Patience)
                throw new LauncherException($"{Role} is not ready after {Patience.TotalSeconds:0} s:\n{DataFolder.Tail(log)}");
            await Task.Delay(100, cancellation);
        }

        return waiting.Elapsed;
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await Http.GetAsync(spec.Health, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _identity?.Signal(Kill);
        if (_identity is not null)
            await _identity.WaitForExitAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>SIGSTOP.</summary>
    public void Freeze() => _identity?.Signal(Stop);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => _identity?.Signal(Continue);

    /// <summary>SIGTERM, as an orchestrator does it.</summary>
    /// <returns>How long it took to end; null when it did not within the time and was killed.</returns>
    public async Task<TimeSpan?> ShutDownAsync(TimeSpan allowed)
    {
        if (_identity is not { IsAlive: true } identity)
            return TimeSpan.Zero;
        var watch = Stopwatch.StartNew();
        identity.Signal(Terminate);
        if (await identity.WaitForExitAsync(allowed))
            return watch.Elapsed;
        await KillAsync();
        return null;
    }

    private static char? StateOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
