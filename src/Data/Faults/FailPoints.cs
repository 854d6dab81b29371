using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Webrana.Data.Faults;

/// <summary>
/// Named places at the arrows of the flows that must survive a crash (design §5), of silos and of APIs. Armed by tests and by the sandbox only;
/// both refuse to start with an armed one in production. Unarmed they cost one volatile read.
/// </summary>
public sealed class FailPoints
{
    /// <summary>Configuration key: <c>name:mode[:nth]</c>, comma separated (<c>droplet.after_post:kill:2</c>).</summary>
    public const string ConfigurationKey = "FailPoints";

    /// <summary>Where a running process of the sandbox is asked and armed: GET, POST, DELETE.</summary>
    public const string Address = "/_sandbox/fail-points";

    private readonly ConcurrentDictionary<string, Armed> _armed = new(StringComparer.Ordinal);
    private volatile bool _any;

    /// <summary>Whether any is armed.</summary>
    public bool Any => _any;

    /// <summary>Reads the configuration's form; null or empty arms nothing.</summary>
    /// <exception cref="FormatException">It cannot be read: better no start than a fault test that tests nothing.</exception>
    public static FailPoints Parse(string? text)
    {
        var points = new FailPoints();
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = item.Split(':');
            if (parts.Length is < 2 or > 3 || !Enum.TryParse<FailMode>(parts[1], ignoreCase: true, out var mode))
                throw new FormatException($"'{item}' is not name:mode[:nth] with mode kill, stop, hang or throw.");
            points.Arm(parts[0], mode, parts.Length == 3 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 1);
        }

        return points;
    }

    /// <summary>Makes the <paramref name="nth"/> hit of <paramref name="name"/> fail, once. Hits are counted from here.</summary>
    /// <param name="subject">Only hits of this subject (a grain key) count; null for any.</param>
    /// <returns>Completes when it fired.</returns>
    public Task Arm(string name, FailMode mode, int nth = 1, string? subject = null)
    {
        var armed = new Armed(mode, nth, subject);
        _armed[name] = armed;
        _any = true;
        return armed.Fired.Task;
    }

    /// <summary>Lets a hit go on that is held at <paramref name="name"/>.</summary>
    public void Release(string name)
    {
        if (_armed.TryGetValue(name, out var armed))
            armed.Released.TrySetResult();
    }

    /// <summary>Disarms everything; hanging hits stay hung.</summary>
    public void Clear() => _armed.Clear();

    /// <summary>Names of those armed, and of those that fired since they were armed.</summary>
    public FailPointState State()
    {
        var all = _armed.ToArray().ToLookup(armed => armed.Value.Fired.Task.IsCompleted, armed => armed.Key);
        return new FailPointState([.. all[false].Order(StringComparer.Ordinal)], [.. all[true].Order(StringComparer.Ordinal)]);
    }

    /// <summary>Marks an arrow.</summary>
    /// <param name="name"><c>area.arrow</c>, lower case.</param>
    /// <param name="subject">Whose step it is: the grain's key, an API's idempotency key, a payment's reference.</param>
    /// <exception cref="FailPointException">Armed to throw.</exception>
    public Task Hit(string name, string subject)
    {
        if (!_any || !_armed.TryGetValue(name, out var armed) || (armed.Subject is not null && armed.Subject != subject))
            return Task.CompletedTask;
        if (Interlocked.Decrement(ref armed.Left) != 0)
            return Task.CompletedTask;
        armed.Fired.TrySetResult();
        switch (armed.Mode)
        {
            case FailMode.Kill:
                Process.GetCurrentProcess().Kill();
                return Hung();
            case FailMode.Stop:
                return StopSelfAsync();
            case FailMode.Hang:
                return Hung();
            case FailMode.Hold:
                return armed.Released.Task;
            case FailMode.Cancel:
                throw new OperationCanceledException(name);
            default:
                throw new FailPointException(name);
        }
    }

    // By the shell's own kill: a signal to ourselves is nothing that .NET offers, and unsafe code in the product would be too high a price.
    private static async Task StopSelfAsync()
    {
        using var signal = Process.Start("/bin/sh", ["-c", $"kill -STOP {Environment.ProcessId}"]);
        await signal.WaitForExitAsync();
    }

    private static Task Hung() => new TaskCompletionSource().Task;

    private sealed class Armed(FailMode mode, int nth, string? subject)
    {
        public int Left = nth;

        public FailMode Mode => mode;

        public string? Subject => subject;

        public TaskCompletionSource Fired { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What stands in a process.</summary>
/// <param name="Armed">What has not been met yet.</param>
/// <param name="Fired">What was, since it was armed.</param>
public sealed record FailPointState(IReadOnlyList<string> Armed, IReadOnlyList<string> Fired);

/// <summary>What the fault kit posts to <see cref="FailPoints.Address"/>.</summary>
public sealed record FailPointArming(
    string Name, [property: JsonConverter(typeof(JsonStringEnumConverter<FailMode>))] FailMode Mode, int Nth = 1);

/// <summary>What a fail point does.</summary>
public enum FailMode
{
    /// <summary>SIGKILL to this process: nothing is flushed, nothing is said.</summary>
    Kill,

    /// <summary>
    /// SIGSTOP to this process: it stands still with this step half done until somebody sends SIGCONT, and then goes on as if nothing had
    /// been. A zombie with a stale activation and a pending write, the cheapest partition there is.
    /// </summary>
    Stop,

    /// <summary>Never returns, as a paused or partitioned process would look.</summary>
    Hang,

    /// <summary>Stands still until <see cref="FailPoints.Release"/>: a test does in between what must come in between.</summary>
    Hold,

    /// <summary>Throws, which ends the step and the activation.</summary>
    Throw,

    /// <summary>Throws as a call does that was cancelled.</summary>
    Cancel,
}

/// <summary>Thrown by an armed fail point.</summary>
public sealed class FailPointException : Exception
{
    public FailPointException()
    {
    }

    public FailPointException(string message)
        : base(message)
    {
    }

    public FailPointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
