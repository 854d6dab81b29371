using System.Text.Json;
using Npgsql;

namespace Webrana.Data.Reconciliation;

/// <summary>The business in figures, all from one snapshot.</summary>
/// <param name="WalletsIdr">What all customers have, rupiah: what we owe them.</param>
/// <param name="HeldIdr">Of it set aside for open orders.</param>
/// <param name="DebtIdr">What customers owe us after refunds.</param>
/// <param name="PendingDeposits">Top-ups not yet paid, expired or failed.</param>
/// <param name="RenewalsOverdue">Live servers whose renewal is due for more than five minutes.</param>
/// <param name="DueOldestSeconds">Age of the oldest due work of any kind; 0 when none is due.</param>
/// <param name="OutboxOldestSeconds">How long the oldest mail has waited; 0 when none does.</param>
/// <param name="CallbacksOldestSeconds">Age of the oldest payment callback that was not worked off.</param>
/// <param name="DriftOpen">Droplets that the sweeps could not explain.</param>
/// <param name="Servers">By status.</param>
/// <param name="ProviderCallsHour">By provider account: calls taken within the last hour.</param>
/// <param name="ProviderCallsMinute">The same within the last minute.</param>
/// <param name="UnpaidServers">Servers, also switched off or put away, whose period ended more than five minutes ago and is not paid.</param>
public sealed record BusinessFigures(
    long WalletsIdr, long HeldIdr, long DebtIdr, long PendingDeposits, long RenewalsOverdue, double DueOldestSeconds, double OutboxOldestSeconds,
    double CallbacksOldestSeconds, long DriftOpen, IReadOnlyDictionary<string, long> Servers, IReadOnlyDictionary<string, long> ProviderCallsHour,
    IReadOnlyDictionary<string, long> ProviderCallsMinute, long UnpaidServers = 0);

/// <summary>Keeps <c>business_figures</c> fresh and reads it.</summary>
public sealed class BusinessFiguresQuery(DataSources sources)
{
    // Scans wallets and live droplets; everything else is found by its index. Payloads are read for the balance of nobody: only counted.
    private const string Measure = """
        WITH mine AS (
            UPDATE business_figures SET measured_at = now() WHERE id = 1 AND measured_at < now() - $1 RETURNING 1),
        late AS (SELECT extract(epoch FROM business_now()) * 1000 AS now_ms),
        figures AS (
            SELECT jsonb_build_object(
                'walletsIdr', (SELECT coalesce(sum(balance), 0) FROM wallets),
                'heldIdr', (SELECT coalesce(sum(held), 0) FROM wallets),
                'debtIdr', (SELECT coalesce(sum(debt), 0) FROM wallets),
                'pendingDeposits', (SELECT count(*) FROM grain_state WHERE state = 'deposit' AND status = 'PENDING'),
                'renewalsOverdue', (SELECT count(*) FROM grain_state, late WHERE state = 'droplet' AND status IN ('RUNNING', 'OFF')
                                    AND due_at < now_ms - 300000 AND (payload ->> 'nextRenewalAt')::bigint < now_ms - 300000),
                'unpaidServers', (SELECT count(*) FROM grain_state, late WHERE state = 'droplet' AND status IN ('RUNNING', 'OFF', 'SUSPENDED', 'HIBERNATED')
                                  AND (payload ->> 'nextRenewalAt')::bigint < now_ms - 300000),
                'dueOldestSeconds', (SELECT greatest(coalesce(max(now_ms - due_at), 0), 0) / 1000 FROM grain_state, late WHERE due_at IS NOT NULL AND due_at < now_ms),
                'outboxOldestSeconds', (SELECT greatest(coalesce(extract(epoch FROM business_now() - min(created_at)), 0), 0) FROM notice_deliveries WHERE stage = 1 AND channel = 1),
                'callbacksOldestSeconds', (SELECT coalesce(extract(epoch FROM business_now() - min(received_at)), 0) FROM payment_inbox WHERE handled_at IS NULL),
                'driftOpen', (SELECT count(*) FROM provider_drift WHERE resolved_at IS NULL AND kind <> 'FOREIGN'),
                'servers', (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (
                    SELECT status, count(*) AS n FROM grain_state WHERE state = 'droplet' AND status IS NOT NULL GROUP BY status) s),
                'providerCallsHour', (SELECT coalesce(jsonb_object_agg(account, n), '{}') FROM (
                    SELECT account, sum(taken) AS n FROM provider_permits WHERE slot > extract(epoch FROM now()) / 5 - 720 GROUP BY account) p),
                'providerCallsMinute', (SELECT coalesce(jsonb_object_agg(account, n), '{}') FROM (
                    SELECT account, sum(taken) AS n FROM provider_permits WHERE slot > extract(epoch FROM now()) / 5 - 12 GROUP BY account) p)) AS all
            FROM mine)
        SELECT (SELECT figures.all::text FROM figures)
        """;

    /// <summary>The row; measured anew first when it is older than <paramref name="oldest"/> and nobody else is just doing so.</summary>
    /// <param name="oldest">How old it may be.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BusinessFigures?> ReadAsync(TimeSpan oldest, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        // Claiming and measuring are one statement; whoever claims stores. A claim whose owner dies is claimed again after the same time.
        await using (var measure = new NpgsqlCommand(Measure, connection) { CommandTimeout = 120, Parameters = { new() { Value = oldest } } })
        {
            if (await measure.ExecuteScalarAsync(cancellation) is string measured)
            {
                await using var store = new NpgsqlCommand("UPDATE business_figures SET figures = $1 WHERE id = 1", connection)
                {
                    Parameters = { new() { Value = measured, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb } },
                };
                await store.ExecuteNonQueryAsync(cancellation);
            }
        }

        await using var read = new NpgsqlCommand("SELECT figures::text FROM business_figures WHERE id = 1 AND figures <> '{}'", connection);
        return await read.ExecuteScalarAsync(cancellation) is string text ? JsonSerializer.Deserialize<BusinessFigures>(text, JsonSerializerOptions.Web) : null;
    }
}
