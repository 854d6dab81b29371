using Microsoft.Extensions.Options;

namespace Webrana.Grains.Sweeping;

/// <summary>The silo's share of wake-ups in flight, common to all shards that live here.</summary>
public sealed class WakeGate(IOptions<SweepingOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.InFlight, options.Value.InFlight);

    /// <summary>Waits for a free place.</summary>
    public Task Enter() => _free.WaitAsync();

    /// <summary>Gives it back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}

/// <summary>The silo's share of renewals in flight in a storm's lane. Who waits to be charged goes before who waits to be told.</summary>
public sealed class LaneGate(IOptions<SweepingOptions> options)
{
    private readonly Lock _one = new();
    private readonly Queue<TaskCompletionSource> _charges = new(), _words = new();
    private int _free = options.Value.LaneInFlight > 0 ? options.Value.LaneInFlight : throw new ArgumentOutOfRangeException(nameof(options), "Sweeping:LaneInFlight must be positive.");
    private int _chargesHere;

    /// <summary>Whether anybody is being charged, or waits for it: what can wait for that should.</summary>
    public bool IsCharging => Volatile.Read(ref _chargesHere) > 0;

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
            _chargesHere -= charge ? 1 : 0;
            if (_charges.TryDequeue(out var next) || _words.TryDequeue(out next))
                next.SetResult();
            else
                _free++;
        }
    }
}
