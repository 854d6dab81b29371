using Webrana.Sandbox.Tripay.Callbacks;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay;

/// <summary>Does on the business clock what nobody asks for: deadlines, callbacks, keeping the state.</summary>
sealed class Engine(SimulatorClock clock, TransactionBook book, CallbackSender callbacks, StateFile state, Pulse pulse) : BackgroundService
{
    // Clocks move while a timer is being set; beyond this the timer is set again.
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    // Every save writes the whole state: under load once in a while is enough, the last one is made at the end.
    static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();

    /// <summary>Moves business time, works off what is due then and waits for the attempts under way. Returns how many payments expired by the move.</summary>
    public async Task<int> MoveClockAsync(long offsetMs)
    {
        int expired;

        // In one step, or the loop below might do the work first and the answer would not count it.
        lock (_gate)
        {
            clock.OffsetMs = offsetMs;
            expired = WorkOff(clock.GetUtcNow());
        }
        await callbacks.SettleAsync();
        pulse.Set();
        return expired;
    }

    /// <summary>Works off what is due now and waits for the attempts under way.</summary>
    public Task CatchUpAsync()
    {
        lock (_gate) WorkOff(clock.GetUtcNow());
        return callbacks.SettleAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => pulse.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var savedAt = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            DateTimeOffset now;
            lock (_gate)
            {
                now = clock.GetUtcNow();
                WorkOff(now);
            }
            var isSaved = (now - savedAt).Duration() >= BetweenSaves;
            if (isSaved)
            {
                state.Save();
                savedAt = now;
            }
            if (Earliest(book.NextExpiry(), callbacks.NextDue(), isSaved ? null : savedAt + BetweenSaves) is { } next)
            {
                var sleep = next - now;
                timer.Change(sleep <= TimeSpan.Zero ? TimeSpan.Zero : sleep < LongestSleep ? sleep : LongestSleep, Timeout.InfiniteTimeSpan);
                if (clock.GetUtcNow() - now > Slack) pulse.Set();
            }
            await pulse.WaitAsync(stoppingToken);
        }
    }

    int WorkOff(DateTimeOffset now)
    {
        var expired = book.ExpireOverdue(now);
        callbacks.StartDue(now);
        return expired;
    }

    // Null stands for never.
    static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> times)
    {
        DateTimeOffset? earliest = null;
        foreach (var time in times)
        {
            if (time is not null && !(earliest <= time)) earliest = time;
        }
        return earliest;
    }
}
