using Microsoft.Extensions.Options;

namespace Webrana.Grains.Sweeping;

/// <summary>
/// Lets work that can wait pass in waves: renewals of a storm and their words, mails and papers. Those of one wave share their statements at each step, and
/// so cost half of what they cost one by one; behind each the lane rests, and whoever waits at a panel has the machine and the database to himself. It
/// rests by how long the wave took, so that a storm takes its share of a machine, and the longer the more silos there are, for they share a database.
/// </summary>
public sealed class LaneGate : IDisposable
{
    // Between two looks at what is due nobody is being charged for a moment; that is no reason to begin with what can wait.
    private static readonly TimeSpan Lull = TimeSpan.FromSeconds(1);

    // Whoever waits for a silo that died or for a mail server takes nobody's machine meanwhile, and holds up no wave but his own place in it.
    private static readonly TimeSpan LongestWave = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(500);

    // One that is left alone does not work harder for it than each of two did: its customers are all of them now.
    private const int FewestSilos = 2;

    private readonly Lock _one = new();
    private readonly Queue<Place> _soon = new(), _later = new();
    private readonly int _wave;
    private readonly double _rest;
    private readonly Func<int> _silos;
    private readonly TimeProvider _time;
    private readonly ITimer _wake;
    private int _inside, _admitted, _over, _chargesHere;
    private long _began, _restBegan;
    private TimeSpan _restFor;
    private long? _lastCharge;
    private bool _resting, _gone;

    /// <param name="options">How much in a wave, and how long the rest.</param>
    /// <param name="silos">How many silos share the database, this one included.</param>
    /// <param name="realTime">It paces our own work: a clock that is turned ends no storm.</param>
    public LaneGate(IOptions<SweepingOptions> options, Func<int> silos, TimeProvider realTime)
    {
        (_silos, _time) = (silos, realTime);
        _wave = options.Value.LaneInFlight > 0 ? options.Value.LaneInFlight : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneInFlight must be positive.");
        _rest = options.Value.LaneRest >= 0 ? options.Value.LaneRest : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneRest must not be negative.");
        _wake = realTime.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

    /// <summary>Waits for a place in a wave.</summary>
    /// <param name="turn">For what. Who enters for it leaves for it.</param>
    /// <param name="cancellation">Gives up waiting, and the place with it. Not for charges.</param>
    /// <returns>Once there is one. It has to be left.</returns>
    public Task Enter(LaneTurn turn, CancellationToken cancellation = default)
    {
        var place = new Place(Weight(turn));
        lock (_one)
        {
            _chargesHere += turn == LaneTurn.Charge ? 1 : 0;
            (turn is LaneTurn.Charge or LaneTurn.Mails ? _soon : _later).Enqueue(place);
            LetIn();
        }

        return cancellation.CanBeCanceled ? GiveUpOn(place, cancellation) : place.Task;
    }

    /// <summary>
    /// It is through. The wave is over with three quarters of it: one that waits for a silo that died holds nobody up, and takes a place of the next wave.
    /// </summary>
    public void Leave(LaneTurn turn)
    {
        lock (_one)
        {
            if (turn == LaneTurn.Charge)
            {
                _chargesHere--;
                _lastCharge = _time.GetTimestamp();
            }

            _inside -= Weight(turn);
            // A straggler of a wave that was over, or there is more of this one: its place is free.
            if (_resting || _admitted == 0 || (_over += Weight(turn)) * 4 < _admitted * 3)
                LetIn();
            else
                EndWave();
        }
    }

    private async Task GiveUpOn(Place place, CancellationToken cancellation)
    {
        await using var given = cancellation.Register(() =>
        {
            lock (_one)
            {
                if (place.TrySetCanceled(cancellation))
                    LetIn();
            }
        });
        await place.Task;
    }

    private void EndWave()
    {
        var rest = _time.GetElapsedTime(_began) * (_rest * Math.Max(FewestSilos, _silos()));
        (_admitted, _over, _resting) = (0, 0, rest > TimeSpan.Zero);
        (_restBegan, _restFor) = (_time.GetTimestamp(), rest < LongestRest ? rest : LongestRest);
        if (_resting)
            _wake.Change(_restFor, Timeout.InfiniteTimeSpan);
        else
            LetIn();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_one)
            _gone = true;
        _wake.Dispose();
    }

    // A rest is over, or a wave by its age.
    private void Ring()
    {
        lock (_one)
        {
            // A ring for the age of a wave that was over in the same moment ends no rest.
            var early = _resting ? _restFor - _time.GetElapsedTime(_restBegan) : TimeSpan.Zero;
            if (_gone)
                return;
            if (early > TimeSpan.Zero)
                _wake.Change(early, Timeout.InfiniteTimeSpan);
            else if (!_resting && _admitted > 0)
                EndWave();
            else
            {
                _resting = false;
                LetIn();
            }
        }
    }

    private void LetIn()
    {
        while (!_resting && Next() is { } queue)
        {
            var place = queue.Dequeue();
            if (_admitted == 0)
            {
                (_began, _over) = (_time.GetTimestamp(), 0);
                _wake.Change(LongestWave, Timeout.InfiniteTimeSpan);
            }

            _admitted += place.Weight;
            _inside += place.Weight;
            place.SetResult();
        }
    }

    // While anybody is charged words take no place beside them, or those who are charged last would pay for the words of the first.
    private Queue<Place>? Next() =>
        First(_soon) is { } soon ? Fits(soon.Weight) ? _soon : null
        : _chargesHere == 0 && First(_later) is { } later && Fits(later.Weight) ? _later : null;

    private static Place? First(Queue<Place> queue)
    {
        // Who gave up stands there still.
        while (queue.TryPeek(out var first))
        {
            if (!first.Task.IsCompleted)
                return first;
            queue.Dequeue();
        }

        return null;
    }

    private bool Fits(int weight) => Math.Max(_inside, _admitted) + weight <= _wave;

    // In what a customer at a panel notices of it: to tell somebody of several periods is more than to charge, and so on. Never so much of a narrow wave
    // that mails and papers that hang leave nothing of it.
    private int Weight(LaneTurn turn) => Math.Clamp(
        turn switch
        {
            LaneTurn.Charge => 1,
            LaneTurn.Word => 3,
            _ => 24,
        },
        1, Math.Max(1, _wave * 3 / 8));

    private sealed class Place(int weight) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Weight => weight;
    }
}

/// <summary>Who passes a <see cref="LaneGate"/>.</summary>
public enum LaneTurn
{
    /// <summary>Somebody's servers are charged.</summary>
    Charge,

    /// <summary>A group of mails leaves. Among them may be one that somebody waits for: it takes its turn with the charges.</summary>
    Mails,

    /// <summary>What was charged is told: behind all who wait for the others, however long they do.</summary>
    Word,

    /// <summary>A batch of papers is made; like a word.</summary>
    Papers,
}
