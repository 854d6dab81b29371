using Webrana.Data.Reconciliation;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>The business in figures: what is counted, and that one measures for all.</summary>
public sealed class BusinessFiguresTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_figures_are_those_of_the_tables_and_are_measured_once_a_while()
    {
        await database.Database.ExecuteAsync(
            """
            INSERT INTO wallets (wallet_id, version, balance, held, created_at, updated_at) VALUES (gen_random_uuid(), 1, 5000, 1000, now(), now()), (gen_random_uuid(), 1, 700, 0, now(), now());
            INSERT INTO grain_state (state, key, status, due_at, sort_at, version, payload) VALUES
                ('deposit', 'deposit:1', 'PENDING', NULL, 1, 1, '{}'),
                ('droplet', 'droplet:1', 'RUNNING', 1000, 1, 1, '{"nextRenewalAt": 1000}'),
                ('droplet', 'droplet:2', 'RUNNING', 1000, 1, 1, '{"nextRenewalAt": 99999999999999}'),
                ('droplet', 'droplet:3', 'SUSPENDED', NULL, 1, 1, '{"nextRenewalAt": 1000}'),
                ('droplet', 'droplet:4', 'TERMINATED', NULL, 1, 1, '{"nextRenewalAt": 1000}');
            INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at) VALUES ('00000000-0000-0000-0000-000000000001', gen_random_uuid(), 'n', 'Welcome', '{}', true, now());
            INSERT INTO notice_deliveries (notice, user_id, channel, target, stage, try_at, created_at) VALUES
                ('00000000-0000-0000-0000-000000000001', gen_random_uuid(), 1, '', 1, now(), now() - interval '90 seconds'),
                ('00000000-0000-0000-0000-000000000001', gen_random_uuid(), 3, 'a broken webhook of a customer', 1, now(), now() - interval '2 days');
            INSERT INTO payment_inbox (reference, status, body_sha256, body, received_at) VALUES ('r', 'PAID', '', '', now() - interval '2 minutes');
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES ('a', 1, 'UNEXPLAINED', 'x', now(), now()), ('a', 2, 'FOREIGN', 'y', now(), now());
            INSERT INTO provider_permits (account, slot, share, taken) VALUES ('primary', (extract(epoch FROM now()) / 5)::bigint, 1, 7), ('primary', (extract(epoch FROM now()) / 5)::bigint - 100, 1, 30);
            """, Cancellation);
        var query = new BusinessFiguresQuery(database.Sources);

        var figures = (await query.ReadAsync(TimeSpan.FromMinutes(1), Cancellation))!;

        Assert.Equal((5_700, 1_000, 0), (figures.WalletsIdr, figures.HeldIdr, figures.DebtIdr));
        Assert.Equal((1, 1, 1), (figures.PendingDeposits, figures.RenewalsOverdue, figures.DriftOpen));
        Assert.Equal(2, figures.UnpaidServers);
        Assert.InRange(figures.OutboxOldestSeconds, 85, 300);
        Assert.InRange(figures.CallbacksOldestSeconds, 115, 300);
        Assert.True(figures.DueOldestSeconds > 1_000_000);
        Assert.Equal(2, figures.Servers["RUNNING"]);
        Assert.Equal((37, 7), (figures.ProviderCallsHour["primary"], figures.ProviderCallsMinute["primary"]));

        await database.Database.ExecuteAsync("UPDATE wallets SET balance = balance + 1", Cancellation);
        Assert.Equal(5_700, (await query.ReadAsync(TimeSpan.FromMinutes(1), Cancellation))!.WalletsIdr);
        Assert.Equal(5_702, (await query.ReadAsync(TimeSpan.Zero, Cancellation))!.WalletsIdr);
    }
}
