using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.SshKeys;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Shop;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Grains.Tests.Notifications;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Accounts;

/// <summary>A cluster whose closing accounts do not wait for long.</summary>
public sealed class ClosingCluster : IAsyncLifetime
{
    WebranaCluster? _cluster;
    MailSink? _mails;

    public WebranaCluster Cluster => _cluster!;

    public MailSink Mails => _mails!;

    public async ValueTask InitializeAsync()
    {
        _mails = new MailSink();
        _cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
        {
            ["Closing:SettleMs"] = "50", ["Closing:LookMs"] = "200", ["Closing:ShutMs"] = "0", ["Sweeping:IntervalMs"] = "200",
            ["Smtp:Host"] = "127.0.0.1", ["Smtp:Port"] = _mails.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["Smtp:UseTls"] = "false",
            ["Web:PublicUrl"] = "https://webrana.example",
        });
        await _cluster.SeedPlansAsync();
        await _cluster.StartSweepersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_mails is not null) await _mails.DisposeAsync();
    }
}

/// <summary>The end of an account: servers first, money as agreed, nothing personal left, and to its end whatever dies on the way.</summary>
public sealed class ClosingTests(ClosingCluster shared) : IClassFixture<ClosingCluster>
{
    const long CashIdr = 12_500;
    const long BonusIdr = 7_000;
    const string Laptop = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 sari@laptop";

    WebranaCluster Cluster => shared.Cluster;

    [Theory]
    [InlineData("closing.asked")]
    [InlineData("closing.frozen")]
    [InlineData("closing.signed_out")]
    [InlineData("closing.counted")]
    [InlineData("closing.lapsed")]
    [InlineData("closing.money_noted")]
    [InlineData("closing.money_taken")]
    [InlineData("closing.emptied")]
    [InlineData("closing.told")]
    [InlineData("closing.keys_erased")]
    [InlineData("closing.servers_erased")]
    [InlineData("closing.deposits_erased")]
    [InlineData("closing.rewards_erased")]
    [InlineData("closing.rows_erased")]
    [InlineData("closing.noted")]
    [InlineData("closing.contact_erased")]
    [InlineData("closing.notices_erased")]
    [InlineData("closing.door_opened")]
    public async Task Cut_at_any_arrow_it_goes_on_to_its_end_and_everything_happens_once(string arrow)
    {
        var user = await PersonAsync();
        var differences = await DifferencesAsync();
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Closing(user));
        try
        {
            await Closing(user).Begin(new BeginClosing(CashIdr));
        }
        catch (InfrastructureException)
        {
            // The caller does not know; the page says so and the account is closed all the same.
        }

        await fired.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await ClosedAsync(user);
        Assert.Equal(0, (await Cluster.MoneyAsync(user)).BalanceIdr);
        Assert.Equal(1, await CountAsync($"wallet_transactions WHERE wallet_id = '{user}' AND kind = 7 AND amount = -{BonusIdr}"));
        Assert.Equal(1, await CountAsync($"wallet_transactions WHERE wallet_id = '{user}' AND kind = 2 AND amount = -{CashIdr} AND contra_account = 'ADJUSTMENT'"));
        Assert.Equal(differences, await DifferencesAsync());
        Assert.Single(shared.Mails.To(MailOf(user)), mail => mail.Subject!.Contains("ditutup", StringComparison.Ordinal));
        await AssertNothingPersonalAsync(user);
    }

    [Fact]
    public async Task Servers_payments_holds_and_money_that_was_not_given_up_stand_in_the_way_each_with_its_figure()
    {
        var user = await PersonAsync();
        await Cluster.CreditAsync(user, 200_000);
        Assert.Equal((ClosingError.BalanceNotGivenUp, $"{200_000 + CashIdr}"), await RefusedAsync(user, CashIdr));
        var (instance, droplet) = await Cluster.RunningServerAsync(user);
        Assert.Equal((ClosingError.ServersExist, "1"), await RefusedAsync(user, 1_000_000));
        await Cluster.Database.ExecuteAsync($"DELETE FROM server_names WHERE instance = '{instance}'", TestContext.Current.CancellationToken);
        Assert.True((await Cluster.Wallet(user).Hold(new HoldCommand("uji:hold", "uji", 1_000, new PostingReference(ReferenceType.VpsPayment, "uji", ContraAccount.Revenue, "uji")))).IsOk);
        Assert.Equal((ClosingError.MoneyHeld, "1000"), await RefusedAsync(user, 1_000_000));
        Assert.Equal(ClosingStage.None, await Closing(user).Stage());
        Assert.True((await droplet.Get()).IsOk);
    }

    [Fact]
    public async Task What_turns_up_between_asking_and_shutting_calls_it_off_and_takes_nothing()
    {
        var user = await PersonAsync();
        var unfrozen = Cluster.FailPoints.Arm("closing.unfrozen", FailMode.Throw, subject: GrainKeys.Closing(user));
        await HeldAsync(user, "closing.frozen", () => Cluster.CreditAsync(user, 100_000));
        await unfrozen.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);

        await Eventually.Async(() => Closing(user).Stage(), stage => stage == ClosingStage.CalledOff, WebranaCluster.Patience);
        Assert.Equal(100_000 + CashIdr + BonusIdr, (await Cluster.MoneyAsync(user)).BalanceIdr);
        Assert.Equal(0, await CountAsync($"frozen_customers WHERE user_id = '{user}'"));
        Assert.Equal(1, await CountAsync($"identity.users WHERE id = '{user}' AND email = '{MailOf(user)}'"));

        // Asked again with what is there now, it goes through, under operations of its own.
        Assert.True((await Closing(user).Begin(new BeginClosing(100_000 + CashIdr))).IsOk);
        await ClosedAsync(user);
        Assert.Equal(0, (await Cluster.MoneyAsync(user)).BalanceIdr);
    }

    [Theory]
    [InlineData(0)] // all of it is gone
    [InlineData(4_000)]
    public async Task Money_that_left_after_it_was_counted_is_counted_again_and_noted_once_for_each_count(long left)
    {
        var user = await PersonAsync();
        await HeldAsync(user, "closing.counted", () => DebitAsync(user, CashIdr - left));
        await ClosedAsync(user);

        Assert.Equal(0, (await Cluster.MoneyAsync(user)).BalanceIdr);
        Assert.Equal(left == 0 ? 0 : 1, await CountAsync($"wallet_transactions WHERE wallet_id = '{user}' AND operation_id LIKE 'closing:%' AND amount = -{left}"));
        Assert.Equal(left == 0 ? 1 : 2, await CountAsync($"audit_log WHERE subject = 'wallet:{user}' AND action = 'wallet.adjustment_requested'"));
    }

    [Fact]
    public async Task A_debt_that_appears_after_the_count_calls_it_off_and_neither_money_nor_bonus_is_lost()
    {
        var user = await PersonAsync();
        await HeldAsync(user, "closing.counted", async () =>
            // Another payment is taken back that was spent long ago.
            Assert.True((await Cluster.Wallet(user).Reverse(new ReverseCommand(
                $"refund:{user}", CashIdr + 50_000, null, new PostingReference(ReferenceType.Refund, "uji", ContraAccount.Gateway, "uji")))).IsOk));
        await CalledOffAsync(user);
        Assert.Equal(BonusIdr, (await Cluster.MoneyAsync(user)).BonusIdr);
        Assert.Equal(0, await CountAsync($"wallet_transactions WHERE wallet_id = '{user}' AND operation_id LIKE 'closing:%'"));
        Assert.Equal(0, await CountAsync($"frozen_customers WHERE user_id = '{user}'"));
    }

    [Fact]
    public async Task Bonus_whose_time_is_over_is_no_money_whether_or_not_that_was_booked()
    {
        var user = await PersonAsync();
        Assert.True((await Cluster.Wallet(user).GrantBonus(new GrantBonusCommand(
            $"lapsed:{user}", 3_000, Cluster.Clock.GetUtcNow().AddMilliseconds(1), new PostingReference(ReferenceType.Promo, "uji", ContraAccount.PromoExpense, "Bonus uji")))).IsOk);
        var preview = await Eventually.Async(() => Closing(user).Preview(), now => now.BonusIdr == BonusIdr, WebranaCluster.Patience);
        Assert.Equal(CashIdr, preview.OrdinaryIdr);
        Assert.True((await Closing(user).Begin(new BeginClosing(CashIdr))).IsOk);
        await ClosedAsync(user);
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("APPROVED")]
    public async Task A_payout_under_way_stands_in_the_way_before_and_after_the_account_is_shut(string status)
    {
        var user = await PersonAsync();
        await PayoutAsync(user, status);
        Assert.Equal((ClosingError.PayoutPending, "1"), await RefusedAsync(user, CashIdr));
        Assert.Equal(1, (await Closing(user).Preview()).PendingPayouts);
        await Cluster.Database.ExecuteAsync($"UPDATE money_requests SET status = 'REFUSED' WHERE user_id = '{user}'", TestContext.Current.CancellationToken);

        await HeldAsync(user, "closing.frozen", () => PayoutAsync(user, status));
        await CalledOffAsync(user);
        Assert.Equal(CashIdr + BonusIdr, (await Cluster.MoneyAsync(user)).BalanceIdr);
    }

    [Fact]
    public async Task The_desks_freeze_calls_it_off_and_stands()
    {
        var user = await PersonAsync();
        var desk = Guid.NewGuid();
        await HeldAsync(user, "closing.frozen", () => Shop.FreezeAsync(new FrozenCustomer(user.Value, "Kartu curian", desk, Cluster.Clock.GetUtcNow())));
        await CalledOffAsync(user);
        Assert.Equal(desk, (await Shop.FindFrozenAsync(user.Value))!.ActorId);
        Assert.Equal(CashIdr + BonusIdr, (await Cluster.MoneyAsync(user)).BalanceIdr);
    }

    [Fact]
    public async Task Called_off_stays_called_off_although_the_reason_goes_away_before_the_door_is_open()
    {
        var user = await PersonAsync();
        var deciding = Cluster.FailPoints.Arm("closing.calling_off", FailMode.Hold, subject: GrainKeys.Closing(user));
        await HeldAsync(user, "closing.frozen", () => PayoutAsync(user, "PENDING"));
        await deciding.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(ClosingStage.CallingOff, await Closing(user).Stage());
        Assert.Equal(1, await CountAsync($"frozen_customers WHERE user_id = '{user}'"));
        await Cluster.Database.ExecuteAsync($"UPDATE money_requests SET status = 'REFUSED' WHERE user_id = '{user}'", TestContext.Current.CancellationToken);
        var died = Cluster.FailPoints.Arm("closing.unfrozen", FailMode.Throw, subject: GrainKeys.Closing(user));
        Cluster.FailPoints.Release("closing.calling_off");
        await died.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await CalledOffAsync(user);
        Assert.Equal(CashIdr + BonusIdr, (await Cluster.MoneyAsync(user)).BalanceIdr);
    }

    [Fact]
    public async Task A_top_up_that_never_came_to_be_forgets_who_was_to_pay()
    {
        var user = await PersonAsync();
        var deposit = Guid.NewGuid();
        // As a release before this one left them.
        await Cluster.Database.ExecuteAsync($$"""
            INSERT INTO grain_state (state, key, payload, version, owner, status, due_at, sort_at)
            VALUES ('deposit', 'deposit:{{deposit}}', jsonb_build_object('schemaVersion', 1, 'deposit', '{{deposit}}', 'owner', '{{user}}', 'merchantRef', 'WBR-x', 'amount', 50000,
                'givenUp', true, 'createdAt', 1, 'customer', jsonb_build_object('name', 'Sari Rahasia', 'email', '{{MailOf(user)}}', 'phone', '0812000111')), 1, '{{user}}', 'FAILED', NULL, 1)
            """, TestContext.Current.CancellationToken);
        Assert.True((await Closing(user).Begin(new BeginClosing(CashIdr))).IsOk);
        await ClosedAsync(user);
        Assert.Equal(0, await CountAsync($"grain_state WHERE key = 'deposit:{deposit}' AND payload::text LIKE '%Sari%'"));
        Assert.Equal(1, await CountAsync($"grain_state WHERE key = 'deposit:{deposit}' AND payload ->> 'owner' = '{user}'"));
    }

    [Fact]
    public async Task Who_is_gone_leaves_figures_the_hashes_against_a_second_welcome_and_a_free_address()
    {
        var user = await PersonAsync();
        var instance = Servers.NewInstance();
        await Cluster.CreditAsync(user, 129_000);
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(user, "rahasia-01"))).IsOk);
        await Cluster.Droplet(instance).Settles(Contracts.Droplets.DropletStatus.Running);
        Assert.True((await Cluster.Droplet(instance).Delete(new Contracts.Droplets.DeleteDroplet("hapus", "rahasia-01", $"user:{user}"))).IsOk);
        await Cluster.Droplet(instance).Becomes(Contracts.Droplets.DropletStatus.Terminated);
        await Eventually.Async(() => CountAsync($"server_names WHERE owner = '{user}'"), left => left == 0, WebranaCluster.Patience);
        var rows = await CountAsync($"wallet_transactions WHERE wallet_id = '{user}'");

        Assert.True((await Closing(user).Begin(new BeginClosing(1_000_000))).IsOk);
        await ClosedAsync(user);

        Assert.True(await CountAsync($"wallet_transactions WHERE wallet_id = '{user}'") > rows);
        Assert.Equal("closed", (await Cluster.Droplet(instance).Get()).Value!.Name);
        Assert.Equal("", await Cluster.Database.ScalarAsync<string>($"SELECT coalesce(string_agg(payload::text, ' '), '') FROM grain_state WHERE owner = '{user}' AND payload::text LIKE '%rahasia%'"));
        Assert.Equal(1, await CountAsync($"promo_identities WHERE subject_id = 'welcome:{user}'"));
        Assert.Equal(1, await CountAsync($"legal_acceptances WHERE user_id = '{user}' AND ip IS NULL"));
        await Cluster.Database.ExecuteAsync(
            $"INSERT INTO identity.users (id, email, normalized_email, name, created_at) VALUES (gen_random_uuid(), '{MailOf(user)}', '{MailOf(user).ToUpperInvariant()}', 'Baru', now())",
            TestContext.Current.CancellationToken);
        await AssertNothingPersonalAsync(user, besidesTheNewOne: true);
    }

    [Fact]
    public async Task A_last_mail_that_cannot_be_delivered_yet_keeps_the_address_until_it_is()
    {
        var user = await PersonAsync();
        shared.Mails.Answer = "451 later";
        try
        {
            Assert.True((await Closing(user).Begin(new BeginClosing(CashIdr))).IsOk);
            await Eventually.Async(() => Closing(user).Stage(), stage => stage == ClosingStage.Erased, WebranaCluster.Patience);
            Assert.True((await Account(user).GetContact()).IsOk);
            // Tried and put off: until then its time would be set behind our back.
            await Eventually.Async(
                () => CountAsync($"notice_deliveries WHERE user_id = '{user}' AND attempts >= 1 AND leased_until IS NULL"), tried => tried > 0, WebranaCluster.Patience);
        }
        finally
        {
            shared.Mails.Answer = null;
        }

        await Cluster.Database.ExecuteAsync($"UPDATE notice_deliveries SET try_at = now() - interval '1 day' WHERE user_id = '{user}'", TestContext.Current.CancellationToken);
        await ClosedAsync(user);
        Assert.Single(shared.Mails.To(MailOf(user)), mail => mail.Subject!.Contains("ditutup", StringComparison.Ordinal));
    }

    /// <summary>Closes the account and does something while the closing stands at an arrow, however slow this machine is.</summary>
    async Task HeldAsync(UserId user, string arrow, Func<Task> meanwhile)
    {
        var held = Cluster.FailPoints.Arm(arrow, FailMode.Hold, subject: GrainKeys.Closing(user));
        Assert.True((await Closing(user).Begin(new BeginClosing(CashIdr))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        try
        {
            await meanwhile();
        }
        finally
        {
            Cluster.FailPoints.Release(arrow);
        }
    }

    async Task DebitAsync(UserId user, long amountIdr)
    {
        var id = $"uji:{Guid.NewGuid():N}";
        Assert.True((await Cluster.Wallet(user).Debit(new DebitCommand(
            id, amountIdr, new PostingReference(ReferenceType.Adjustment, id, ContraAccount.Adjustment, "uji"), CashOnly: true))).IsOk);
    }

    async Task PayoutAsync(UserId user, string status) => await Cluster.Database.ExecuteAsync($"""
        INSERT INTO money_requests (id, kind, user_id, amount, reference, reason, status, requested_by, requested_at)
        VALUES (gen_random_uuid(), 'PAYOUT', '{user}', 5000, 'BCA-1', 'uji', '{status}', gen_random_uuid(), now())
        """, TestContext.Current.CancellationToken);

    ShopState Shop => Cluster.Services.GetRequiredService<ShopState>();

    async Task CalledOffAsync(UserId user) => await Eventually.Async(() => Closing(user).Stage(), stage => stage == ClosingStage.CalledOff, WebranaCluster.Patience);

    async Task<UserId> PersonAsync()
    {
        var user = new UserId(Guid.NewGuid());
        var (id, mail) = (user.ToString(), MailOf(user));
        await Cluster.Database.ExecuteAsync($"""
            INSERT INTO identity.users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash, name, phone, referral_code, created_at)
            VALUES ('{id}', '{mail}', '{mail.ToUpperInvariant()}', '{mail}', '{mail.ToUpperInvariant()}', true, 'hash', 'Sari Rahasia', '0812000111', '{id[..8]}', now());
            INSERT INTO identity.sessions (id, user_id, kind, token_hash, family, created_at, expires_at, user_agent, ip)
            VALUES (gen_random_uuid(), '{id}', 'web', sha256('{id}'), gen_random_uuid(), now(), now() + interval '1 day', 'Peramban', '203.0.113.9');
            INSERT INTO identity.api_tokens (id, user_id, name, start, token_hash, scopes, created_at) VALUES (gen_random_uuid(), '{id}', 'x', 'wbr', sha256('t{id}'), ARRAY['read'], now());
            INSERT INTO identity.user_tokens (user_id, login_provider, name, value) VALUES ('{id}', 'x', 'y', 'z');
            INSERT INTO webhooks (id, user_id, url, secret, events, created_at) VALUES (gen_random_uuid(), '{id}', 'https://sari.example/hook', 'x', ARRAY[]::text[], now());
            INSERT INTO legal_acceptances (user_id, document, version, accepted_at, way, ip) VALUES ('{id}', 'TERMS', 1, now(), 'REGISTRATION', '203.0.113.9');
            INSERT INTO promo_identities (purpose, hash, subject_id, claimed_at) VALUES ('welcome', sha256('{id}'), 'welcome:{id}', now());
            INSERT INTO promo_phones (hash, user_id) VALUES (sha256('p{id}'), '{id}');
            """, TestContext.Current.CancellationToken);
        Assert.True((await Account(user).PutContact(new AccountContact(user, mail, "Sari Rahasia", "0812000111", "id"))).IsOk);
        Assert.True((await Keys(user).Add(new AddSshKey($"k{id}", "laptop", Laptop))).IsOk);
        await Cluster.CreditAsync(user, CashIdr);
        Assert.True((await Cluster.Wallet(user).GrantBonus(new GrantBonusCommand(
            $"bonus:{id}", BonusIdr, null, new PostingReference(ReferenceType.Promo, "uji", ContraAccount.PromoExpense, "Bonus uji")))).IsOk);
        return user;
    }

    async Task AssertNothingPersonalAsync(UserId user, bool besidesTheNewOne = false)
    {
        foreach (var table in new[] { "identity.sessions", "identity.api_tokens", "identity.user_tokens", "identity.user_passkeys", "webhooks", "notices", "promo_phones", "frozen_customers" })
            Assert.True(await CountAsync($"{table} WHERE user_id = '{user}'") == 0, table);
        Assert.Equal(1, await CountAsync($"identity.users WHERE id = '{user}' AND closed_at IS NOT NULL AND password_hash IS NULL AND name = '–' AND phone IS NULL AND referral_code IS NULL"));
        Assert.Equal(besidesTheNewOne ? 1 : 0, await CountAsync($"identity.users WHERE email = '{MailOf(user)}'"));
        Assert.Equal(AccountError.NotFound, (await Account(user).GetContact()).Error);
        Assert.Empty(await Keys(user).List());
        Assert.Equal(0, await CountAsync($"grain_state WHERE payload::text ILIKE '%{MailOf(user)}%' OR (key LIKE '%{user}' AND payload::text LIKE '%Sari Rahasia%')"));
        Assert.Equal(0, await CountAsync($"audit_log WHERE to_jsonb(audit_log)::text ILIKE '%{MailOf(user)}%'"));
    }

    // What the seeded gifts of these tests leave open stays what it was: closing moves no account's books.
    async Task<string> DifferencesAsync() => string.Join(
        ' ', (await new LedgerQueries(Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken)).Accounts.Select(account => $"{account.Account}:{account.DifferenceIdr}"));

    async Task<(ClosingError?, string?)> RefusedAsync(UserId user, long givenUp)
    {
        var begun = await Closing(user).Begin(new BeginClosing(givenUp));
        return (begun.Error, begun.Detail);
    }

    async Task ClosedAsync(UserId user) => await Eventually.Async(() => Closing(user).Stage(), stage => stage == ClosingStage.Closed, WebranaCluster.Patience);

    Task<long> CountAsync(string from) => Cluster.CountAsync($"SELECT count(*) FROM {from}");

    IAccountClosingGrain Closing(UserId user) => Cluster.Grains.GetGrain<IAccountClosingGrain>(GrainKeys.Closing(user));

    IAccountGrain Account(UserId user) => Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user));

    ISshKeysGrain Keys(UserId user) => Cluster.Grains.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(user));

    static string MailOf(UserId user) => $"{user.Value:N}@example.com";
}
