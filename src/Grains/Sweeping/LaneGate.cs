using Microsoft.Extensions.Options;

namespace Webrana.Grains.Sweeping;

/// <summary>
/// The silo's share of renewals in flight in a storm's lane. Who waits to be charged goes before who waits to be told.
/// </summary>
public sealed class LaneGate
{
    // Between two looks at what is due nobody is being charged for a moment; that is no reason to begin with what can wait.
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);

    private readonly Lock _one = new();
    private readonly Queue<TaskCompletionSource> _charges = new(), _words = new();
    private readonly TimeProvider _time;
    private int _free, _chargesHere;
    private long? _lastCharge;

    /// <param name="options">How many.</param>
    /// <param name="realTime">It paces our own work: a clock that is turned ends no storm.</param>
    public LaneGate(IOptions<SweepingOptions> options, TimeProvider realTime)
    {
        _time = realTime;
        _free = options.Value.LaneInFlight > 0 ? options.Value.LaneInFlight : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneInFlight must be positive.");
    }

    /// <summary>Whether anybody is being charged, waits for it, or was a moment ago: what can wait for that should.</summary>
    public bool IsCharging
    {
        get
        {
            lock (_one)
                return _chargesHere > 0 || (_lastCharge is { } last && _time.GetElapsedTime(last) < Lull);
        }
    }

    /// <summary>Waits for a free place, behind all charges that wait by then.</summary>
    /// <param name="charge">Whether it is a charge.</param>
    public Task Enter(bool charge)
    {
        lock (_one)
        {
            _chargesHere += charge ? 1 : 0;
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (charge ? _charges : _words).Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>Gives the place to the next.</summary>
    public void Leave(bool charge)
    {
        lock (_one)
        {
            if (charge)
            {
                _chargesHere--;
                _lastCharge = _time.GetTimestamp();
            }

            if (_charges.TryDequeue(out var next) || _words.TryDequeue(out next))
                next.SetResult();
            else
                _free++;
        }
    }
}
