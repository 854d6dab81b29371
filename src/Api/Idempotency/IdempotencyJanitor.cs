using Webrana.Data.Idempotency;

namespace Webrana.Api.Idempotency;

/// <summary>Deletes rows whose 24 hours are over. An expired row is harmless (a new request takes it over), so a failed round just waits for the next.</summary>
internal sealed partial class IdempotencyJanitor(IdempotencyStore store, AnswerSeal seal, TimeProvider clock, ILogger<IdempotencyJanitor> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await store.ForgetAsync(clock.GetUtcNow() - IdempotencyFilter.Kept, stoppingToken);
                await seal.ForgetAsync(stoppingToken);
            }
            catch (Npgsql.NpgsqlException unavailable)
            {
                LogSkipped(log, unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old idempotency keys stay for another round")]
    private static partial void LogSkipped(ILogger logger, Exception exception);
}
