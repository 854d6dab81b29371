using System.Diagnostics.Metrics;
using Webrana.Contracts;

namespace Webrana.Api.Hosting;

/// <summary>
/// A silo that stops or dies takes the calls with it that were on their way there. Every write of ours carries an operation id and every
/// read may be read again, so the API asks once more, of whichever silo has the grain now, instead of handing the accident to a customer.
/// Some of these calls are refused, the others are never answered: nobody tells a client of Orleans that the silo which had its call is
/// dead. So a call whose contract says how soon it is answered (<see cref="AnswerWithin"/>) is asked again after that time too;
/// a timeout of any other call is not repeated, its time is spent. All within a budget: of time, so that nobody waits for longer than a
/// page is worth, and of calls at once, so that an outage of the whole cluster is not answered by a storm.
/// </summary>
internal sealed class RepeatedCalls : IOutgoingGrainCallFilter
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Webrana.Api.Grains";

    /// <summary>From the first failure on. After it no further try begins.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    /// <summary>Calls that may be repeated at once, from their first failure to their end; the next ones fail as they are.</summary>
    public const int MostAtOnce = 256;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly Random _spread;
    private readonly Counter<long> _repeated;
    private int _underWay;

    /// <param name="spread">Keeps callers that failed together from coming back together.</param>
    public RepeatedCalls(TimeProvider time, Random spread, IMeterFactory meters)
    {
        (_time, _spread) = (time, spread);
        _repeated = meters.Create(MeterName).CreateCounter<long>("webrana.api.grain_calls_repeated", description: "Grain calls asked again because their silo went away.");
    }

    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        long? failedAt = null;
        var pause = FirstPause;
        try
        {
            while (true)
            {
                try
                {
                    await context.Invoke();
                    return;
                }
                catch (Exception failure) when (IsLost(failure, context) && MayRepeat(ref failedAt))
                {
                    _repeated.Add(1);
                }

                await Task.Delay(pause * (0.5 + _spread.NextDouble()), _time);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        finally
        {
            if (failedAt is not null)
                Interlocked.Decrement(ref _underWay);
        }
    }

    private bool MayRepeat(ref long? failedAt)
    {
        if (failedAt is { } first)
            return _time.GetElapsedTime(first) < Budget;
        if (Interlocked.Increment(ref _underWay) > MostAtOnce)
        {
            Interlocked.Decrement(ref _underWay);
            return false;
        }

        failedAt = _time.GetTimestamp();
        return true;
    }

    private static bool IsLost(Exception exception, IOutgoingGrainCallContext context) =>
        exception is SiloUnavailableException or OrleansMessageRejectionException
        || (exception is TimeoutException && context.Request.GetDefaultResponseTimeout() is not null);
}
