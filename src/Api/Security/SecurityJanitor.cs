using Npgsql;
using Webrana.Data;

namespace Webrana.Api.Security;

/// <summary>
/// Deletes what has no use any more: windows that closed, challenges, changes of address and registrations that ran out, and logins that ended a quarter
/// of a year ago (until then they tell a known device from a new one). All of it is harmless where it stays.
/// </summary>
internal sealed partial class SecurityJanitor(DataSources sources, TimeProvider clock, ILogger<SecurityJanitor> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>One round.</summary>
    public static async Task SweepAsync(DataSources sources, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("""
            WITH tries AS (DELETE FROM identity.sign_in_tries WHERE window_ends <= $1),
                 challenges AS (DELETE FROM identity.spent_challenges WHERE expires_at <= $1),
                 changes AS (DELETE FROM identity.email_changes WHERE expires_at <= $1),
                 pending AS (DELETE FROM identity.pending_registrations WHERE expires_at <= $1)
            DELETE FROM identity.sessions WHERE least(expires_at, coalesce(revoked_at, expires_at)) <= $2
            """);
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = now.AddDays(-90).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(sources, clock.GetUtcNow(), stoppingToken);
            }
            catch (NpgsqlException unavailable)
            {
                LogSkipped(log, unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old security rows stay for another round")]
    private static partial void LogSkipped(ILogger logger, Exception exception);
}
