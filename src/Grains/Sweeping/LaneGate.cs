using Microsoft.Extensions.Options;

namespace Webrana.Grains.Sweeping;

/// <summary>
/// Lets renewals of a storm pass in waves. Those of one wave share their statements at each step, and so cost half of what they cost one by one; behind each
/// the lane rests, and whoever waits at a panel has the machine and the database to himself. It rests by how long the wave took, so that a storm takes its
/// share of a machine, whatever the machine; and the longer the more silos there are, for they share a database. Who waits to be charged goes before
/// who waits to be told.
/// </summary>
public sealed class LaneGate
{
    // Between two looks at what is due nobody is being charged for a moment; that is no reason to begin with what can wait.
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);

    private readonly Lock _one = new();
    private readonly Queue<TaskCompletionSource> _charges = new(), _words = new();
    private readonly int _wave;
    private readonly double _rest;
    private readonly Func<int> _silos;
    private readonly TimeProvider _time;
    private readonly ITimer _wake;
    private int _inside, _admitted, _over, _chargesHere;
    private long _began;
    private long? _lastCharge;
    private bool _resting;

    /// <param name="options">How many in a wave, and how long the rest.</param>
    /// <param name="silos">How many silos share the database, this one included.</param>
    /// <param name="realTime">It paces our own work: a clock that is turned ends no storm.</param>
    public LaneGate(IOptions<SweepingOptions> options, Func<int> silos, TimeProvider realTime)
    {
        (_silos, _time) = (silos, realTime);
        _wave = options.Value.LaneInFlight > 0 ? options.Value.LaneInFlight : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneInFlight must be positive.");
        _rest = options.Value.LaneRest >= 0 ? options.Value.LaneRest : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneRest must not be negative.");
        _wake = realTime.CreateTimer(_ => Rested(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

    /// <summary>Waits for a place in a wave, behind all charges that wait by then.</summary>
    /// <param name="charge">Whether it is a charge.</param>
    public Task Enter(bool charge)
    {
        lock (_one)
        {
            _chargesHere += charge ? 1 : 0;
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (charge ? _charges : _words).Enqueue(turn);
            LetIn();
            return turn.Task;
        }
    }

    /// <summary>
    /// It is through. The wave is over with three quarters of it: one that waits for a silo that died holds nobody up, and takes a place of the next wave.
    /// </summary>
    public void Leave(bool charge)
    {
        lock (_one)
        {
            if (charge)
            {
                _chargesHere--;
                _lastCharge = _time.GetTimestamp();
            }

            _inside--;
            if (_resting) return;
            if (_admitted == 0 || ++_over * 4 < _admitted * 3)
            {
                // A straggler of a wave that was over, or there is more of this one: its place is free.
                LetIn();
                return;
            }

            var rest = _time.GetElapsedTime(_began) * (_rest * Math.Max(1, _silos()));
            (_admitted, _over) = (0, 0);
            _resting = rest > TimeSpan.Zero;
            if (_resting)
                _wake.Change(rest, Timeout.InfiniteTimeSpan);
            else
                LetIn();
        }
    }

    private void Rested()
    {
        lock (_one)
        {
            _resting = false;
            LetIn();
        }
    }

    private void LetIn()
    {
        while (!_resting && _inside < _wave && _admitted < _wave && (_charges.TryDequeue(out var next) || _words.TryDequeue(out next)))
        {
            if (_admitted++ == 0)
                (_began, _over) = (_time.GetTimestamp(), 0);
            _inside++;
            next.SetResult();
        }
    }
}
