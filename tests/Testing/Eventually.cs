using System.Diagnostics;

namespace Webrana.Testing;

/// <summary>
/// The one polling primitive of the tests. It is for conditions in OTHER processes (a child's health, a row that a silo
/// writes), which cannot signal us. Inside one process wait on a signal or turn a fake clock instead.
/// </summary>
public static class Eventually
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until the condition holds; it is asked at least once, and a last time after the deadline.</summary>
    /// <param name="condition">Cheap, and without side effects.</param>
    /// <param name="timeout">Real time.</param>
    /// <param name="what">Said in the failure: "the droplet is running".</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan timeout, string? what = null, CancellationToken cancellation = default) =>
        await Async(condition, holds => holds, timeout, what, cancellation);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task Async(Func<bool> condition, TimeSpan timeout, string? what = null, CancellationToken cancellation = default) =>
        await Async(() => Task.FromResult(condition()), timeout, what, cancellation);

    /// <summary>Reads a value until it is the one wanted, and returns it.</summary>
    /// <exception cref="TimeoutException">It never was; the message shows what was read last.</exception>
    public static async Task<T> Async<T>(
        Func<Task<T>> read, Func<T, bool> wanted, TimeSpan timeout, string? what = null, CancellationToken cancellation = default)
    {
        var waiting = Stopwatch.StartNew();
        using var never = new SemaphoreSlim(0);
        while (true)
        {
            var late = waiting.Elapsed >= timeout;
            var value = await read();
            if (wanted(value))
                return value;
            if (late)
                throw new TimeoutException($"Not within {timeout}: {what ?? "the condition"}; the last answer was {value}.");
            await never.WaitAsync(Interval, cancellation);
        }
    }
}
