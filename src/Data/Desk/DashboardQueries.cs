namespace Webrana.Data.Desk;

/// <summary>The shop at a glance. Every figure comes from an index, so that a page may ask every few seconds.</summary>
/// <param name="OverdueRenewals">Due for longer than the engine ever needs: nobody has looked at them.</param>
/// <param name="StuckMails">Customers a mail or a Telegram message to whom has waited for ten minutes, or anything at all that nobody has tried when it was due; and mails asked for that nobody has taken up for two.</param>
/// <param name="UnhandledCallbacks">Payment callbacks nobody has worked off for two minutes.</param>
/// <param name="ProviderCallsHour">By provider account: calls taken of its hour. One that took none is not there.</param>
/// <param name="UnpaidServers">Servers whose period ended and is not paid, as measured within the last minute or so: no index knows it.</param>
public sealed record DashboardFigures(
    long MoneyInIdr, long PaymentsIn, IReadOnlyDictionary<string, long> Servers, long FailedOrders, long PendingDeposits, DateTimeOffset? OldestPending,
    long OverdueRenewals, long StuckMails, long UnhandledCallbacks, long OpenCases, long WaitingRequests,
    IReadOnlyDictionary<string, long> ProviderCallsHour, long UnpaidServers);

/// <summary>Reads <see cref="DashboardFigures"/>.</summary>
public sealed class DashboardQueries(DataSources sources)
{
    /// <summary>How late a renewal may be before it counts as forgotten.</summary>
    public static readonly TimeSpan RenewalPatience = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a mail or a Telegram message may wait before it counts as stuck. A customer's own webhook may be away for days, which is theirs to mend:
    /// of those only what is not even tried.
    /// </summary>
    public static readonly TimeSpan MailPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan CallbackPatience = TimeSpan.FromMinutes(2);

    /// <param name="now">Business time.</param>
    /// <param name="dayStart">Start of today in Jakarta.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<DashboardFigures> ReadAsync(DateTimeOffset now, DateTimeOffset dayStart, CancellationToken cancellation = default)
    {
        var servers = await CountsAsync(
            "SELECT status, count(*) FROM grain_state WHERE state = 'droplet' AND status IS NOT NULL AND status NOT IN ('TERMINATED', 'FAILED') GROUP BY 1", null, cancellation);
        // Calls, and callbacks below, happen in real time.
        var calls = await CountsAsync(
            "SELECT account, sum(taken)::bigint FROM provider_permits WHERE slot >= $1 GROUP BY 1",
            (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 3600) / Providers.ProviderBudget.SlotSeconds, cancellation);
        await using var command = sources.Queries.CreateCommand("""
            SELECT coalesce((SELECT sum(amount) FROM wallet_transactions WHERE contra_account = 'GATEWAY' AND occurred_at >= $1), 0)::bigint,
                   (SELECT count(*) FROM wallet_transactions WHERE contra_account = 'GATEWAY' AND amount > 0 AND occurred_at >= $1),
                   (SELECT count(*) FROM grain_state WHERE state = 'droplet' AND status = 'FAILED' AND sort_at >= $2 AND payload -> 'order' ->> 'status' IS DISTINCT FROM 'Cancelled'),
                   (SELECT count(*) FROM grain_state WHERE state = 'deposit' AND status = 'PENDING' AND sort_at IS NOT NULL),
                   (SELECT min(sort_at) FROM grain_state WHERE state = 'deposit' AND status = 'PENDING'),
                   (SELECT count(*) FROM grain_state WHERE state = 'droplet' AND due_at < $3),
                   (SELECT count(DISTINCT user_id) FROM notice_deliveries WHERE stage = 1 AND ((channel < 3 AND created_at < $4) OR try_at < $4))
                       -- Asked for and not even in the outbox (ADR 64): a few rows, in real time.
                       + (SELECT count(*) FROM identity.mail_requests WHERE asked_at < $5),
                   (SELECT count(*) FROM payment_inbox WHERE handled_at IS NULL AND received_at < $5),
                   (SELECT count(*) FROM payment_cases WHERE status IN ('OPEN', 'CREDITING')),
                   (SELECT count(*) FROM money_requests WHERE status IN ('PENDING', 'APPROVED')),
                   coalesce((SELECT (figures ->> 'unpaidServers')::bigint FROM business_figures WHERE id = 1), 0)
            """);
        command.Parameters.Add(new() { Value = dayStart.UtcDateTime });
        command.Parameters.Add(new() { Value = (now - TimeSpan.FromDays(1)).ToUnixTimeMilliseconds() });
        command.Parameters.Add(new() { Value = (now - RenewalPatience).ToUnixTimeMilliseconds() });
        command.Parameters.Add(new() { Value = (now - MailPatience).UtcDateTime });
        command.Parameters.Add(new() { Value = (TimeProvider.System.GetUtcNow() - CallbackPatience).UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new DashboardFigures(
            row.GetInt64(0), row.GetInt64(1), servers, row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), calls, row.GetInt64(10));
    }

    private async Task<Dictionary<string, long>> CountsAsync(string sql, long? since, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        if (since is { } slot)
            command.Parameters.Add(new() { Value = slot });
        var counts = new Dictionary<string, long>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) counts[row.GetString(0)] = row.GetInt64(1);
        return counts;
    }
}
