namespace Webrana.Sandbox.Control.Clock;

/// <summary>
/// At start the clock may already be ahead (a second `up` on the same data), while the simulators start on real time:
/// they are told once, as soon as the database and they are there.
/// </summary>
sealed partial class ClockFollowers(BusinessClock clock, SimulatorClocks simulators, ILogger<ClockFollowers> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await clock.ReadAsync(stoppingToken) is { } read)
                {
                    await simulators.FollowAsync(read.OffsetMs, stoppingToken);
                    return;
                }
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or ClockRefusedException)
            {
                NotYet(e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Information, "The simulators do not follow the clock yet: {Reason}")]
    partial void NotYet(string reason);
}
