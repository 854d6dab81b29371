using Webrana.Sandbox.Tripay.Callbacks;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay;

/// <summary>Does on the business clock what nobody asks for: deadlines, callbacks, keeping the state.</summary>
sealed class Engine(SimulatorClock clock, TransactionBook book, CallbackSender callbacks, StateFile state, Pulse pulse) : BackgroundService
{
    // Clocks move while a timer is being set; beyond this the timer is set again.
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    /// <summary>Works off what is due now and waits for the attempts under way. Returns how many payments expired.</summary>
    public async Task<int> CatchUpAsync()
    {
        var expired = WorkOff(clock.GetUtcNow());
        await callbacks.SettleAsync();
        return expired;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => pulse.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            WorkOff(now);
            state.Save();
            if (Earlier(book.NextExpiry(), callbacks.NextDue()) is { } next)
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

    static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => (one, other) switch
    {
        (null, _) => other,
        (_, null) => one,
        _ => one < other ? one : other,
    };
}
