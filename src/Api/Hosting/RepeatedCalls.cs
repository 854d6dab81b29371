using System.Diagnostics.Metrics;

namespace Webrana.Api.Hosting;

/// <summary>
/// A silo that stops or dies takes the calls with it that were on their way there. Every write of ours carries an operation id and every
/// read may be read again, so the API asks once more, of whichever silo has the grain now, instead of handing the accident to a customer.
/// Within a budget: of time, so that nobody waits for longer than a page is worth, and of calls at once, so that an outage of the whole
/// cluster is not answered by a storm. A timeout is never repeated here: its time is spent.
/// </summary>
internal sealed class RepeatedCalls : IOutgoingGrainCallFilter
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Webrana.Api.Grains";

    /// <summary>From the first failure on.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    /// <summary>Calls that may be waiting for another try at once; the next ones fail as they are.</summary>
    public const int MostAtOnce = 256;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly Random _spread;
    private readonly Counter<long> _repeated;
    private int _waiting;

    /// <param name="spread">Keeps callers that failed together from coming back together.</param>
    public RepeatedCalls(TimeProvider time, Random spread, IMeterFactory meters)
    {
        (_time, _spread) = (time, spread);
        _repeated = meters.Create(MeterName).CreateCounter<long>("webrana.api.grain_calls_repeated", description: "Grain calls asked again because their silo went away.");
    }

    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var pause = FirstPause;
        long? failedAt = null;
        while (true)
        {
            try
            {
                await context.Invoke();
                return;
            }
            catch (Exception gone) when (IsSiloGone(gone) && Within(failedAt ??= _time.GetTimestamp()) && TryWait())
            {
                _repeated.Add(1);
            }

            try
            {
                await Task.Delay(pause * (0.5 + _spread.NextDouble()), _time);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private bool TryWait()
    {
        if (Interlocked.Increment(ref _waiting) <= MostAtOnce)
            return true;
        Interlocked.Decrement(ref _waiting);
        return false;
    }

    private bool Within(long failedAt) => _time.GetElapsedTime(failedAt) < Budget;

    private static bool IsSiloGone(Exception exception) => exception is SiloUnavailableException or OrleansMessageRejectionException;
}
