using Microsoft.Extensions.Options;

namespace Webrana.Grains.Sweeping;

/// <summary>
/// This silo's share of the renewals in flight in a storm's lane: what the cluster may have under way, divided by the silos that are there, for they
/// share a database and it is there that others wait. Who waits to be charged goes before who waits to be told.
/// </summary>
public sealed class LaneGate
{
    // Between two looks at what is due nobody is being charged for a moment; that is no reason to begin with what can wait.
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);

    // How long a silo that came or went may go unnoticed here.
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _one = new();
    private readonly Queue<TaskCompletionSource> _charges = new(), _words = new();
    private readonly int _inFlight;
    private readonly Func<int> _silos;
    private readonly TimeProvider _time;
    private int _inside, _chargesHere, _places;
    private long? _lastCharge, _counted;

    /// <param name="options">How many in the cluster.</param>
    /// <param name="silos">How many silos share them, this one included.</param>
    /// <param name="realTime">It paces our own work: a clock that is turned ends no storm.</param>
    public LaneGate(IOptions<SweepingOptions> options, Func<int> silos, TimeProvider realTime)
    {
        (_silos, _time) = (silos, realTime);
        _inFlight = options.Value.LaneInFlight > 0 ? options.Value.LaneInFlight : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneInFlight must be positive.");
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
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (charge ? _charges : _words).Enqueue(turn);
            LetIn();
            return turn.Task;
        }
    }

    /// <summary>Gives the place to the next; to several, where silos have gone, or to nobody, where some have come.</summary>
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
            LetIn();
        }
    }

    private void LetIn()
    {
        if (_counted is not { } counted || _time.GetElapsedTime(counted) >= CountEvery)
            (_places, _counted) = (Math.Max(1, _inFlight / Math.Max(1, _silos())), _time.GetTimestamp());
        while (_inside < _places && (_charges.TryDequeue(out var next) || _words.TryDequeue(out next)))
        {
            _inside++;
            next.SetResult();
        }
    }
}
