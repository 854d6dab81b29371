using System.Globalization;
using System.Net;
using Webrana.Api.Reports;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Wallets;
using Webrana.Data.Accounts;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Admin;

/// <summary>A host of its own: sums are everybody's.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_reports_say_what_was_sold_what_is_owed_to_customers_and_what_a_plan_earns()
    {
        var finance = (await _host.NewStaffAsync(Roles.Finance)).Http;
        var customer = await _host.NewCustomerAsync();
        var began = Today;
        await Scenario.FundAsync(_host, customer, 200_000);
        var server = await customer.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(customer, server.InstanceId, InstanceStatus.Running);

        var revenue = await Read(finance, "REVENUE");
        Assert.Equal(Scenario.PriceIdr, revenue.Totals["net"]);
        var day = Assert.Single(revenue.Rows)[0]!;
        Assert.Contains(day, new[] { began, Today }); // midnight in Jakarta may fall in between
        var liability = await Read(finance, "LIABILITY");
        Assert.Equal(200_000 - Scenario.PriceIdr, liability.Totals["balanceNow"]);
        var last = DateOnly.Parse(liability.To, CultureInfo.InvariantCulture);
        // A row for each day of the month so far, most of them without a movement; the last one ends with what there is now.
        Assert.Equal(
            Enumerable.Range(1 - last.Day, last.Day).Select(offset => last.AddDays(offset).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            liability.Rows.Select(row => row[0]));
        Assert.Equal((200_000 - Scenario.PriceIdr).ToString(CultureInfo.InvariantCulture), liability.Rows[^1][^1]);
        Assert.Equal(
            ["period", "received", "spent", "promos", "corrected", "paidOut", "bonusGiven", "bonusSpent", "bonusLapsed", "cash", "bonus", "balance"], liability.Columns);
        var margin = await Read(finance, "MARGIN?by=month");
        var plan = Assert.Single(margin.Rows);
        Assert.Equal((Scenario.PlanId, "1", Scenario.PriceIdr.ToString(CultureInfo.InvariantCulture)), (plan[1], plan[3], plan[5]));
        Assert.Equal(["period", "plan", "size", "servers", "hours", "revenue", "addons", "cost", "addonCost", "margin", "marginPercent"], margin.Columns);
        Assert.Equal(day[..7], plan[0]);
        Assert.Equal("1", Assert.Single((await Read(finance, "CHURN")).Rows)[2]);
        Assert.Empty((await Read(finance, "PROMOS")).Rows);
        var none = await Read(finance, "OVERDUE");
        Assert.Empty(none.Rows);
        Assert.Empty(none.Now!.Rows);

        var csv = await finance.GetStringAsync("/internal/reports/revenue/csv?by=month");
        Assert.StartsWith("period,charges,orders,renewals,other,refunds,net\r\n" + day[..7] + ",1,", csv.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\ntotal,amount\r\norders,{Scenario.PriceIdr}\r\nrenewals,0\r\nother,0\r\nrefunds,0\r\nnet,{Scenario.PriceIdr}\r\n", csv, StringComparison.Ordinal);
        // What is owed to customers stands in the file too: bonus, what is held, what they owe.
        var owed = await finance.GetStringAsync("/internal/reports/liability/csv");
        Assert.EndsWith($"balanceNow,{200_000 - Scenario.PriceIdr}\r\nheldNow,0\r\nbonusNow,0\r\ndebtNow,0\r\n", owed, StringComparison.Ordinal);
        await finance.GetAsync("/internal/reports/LUNCH").RefusedAsync(404, ProblemCodes.NotFound);
        await finance.GetAsync("/internal/reports/REVENUE?from=2026-13-01").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await finance.GetAsync("/internal/reports/REVENUE?from=2026-02-01&to=2026-01-01").RefusedAsync(422, ProblemCodes.ValidationFailed);

        // What a promo gave is its cost, and stands in what is owed to customers.
        Assert.True((await _host.Cluster.GetGrain<IWalletGrain>(GrainKeys.Wallet(customer.Id)).GrantBonus(new GrantBonusCommand(
            "promo:uji:1", 7_000, null, new PostingReference(ReferenceType.Promo, "uji", ContraAccount.PromoExpense, "Bonus uji")))).IsOk);
        var promos = await Read(finance, "PROMOS");
        Assert.Equal(["1", "7000", "0", "7000"], Assert.Single(promos.Rows).Skip(1));
        var withBonus = await Read(finance, "LIABILITY");
        Assert.Equal((7_000L, 7_000L, 7_000L), (promos.Totals["cost"], withBonus.Totals["bonusGiven"], withBonus.Totals["bonusNow"]));
        // The last period ends with what there is now.
        Assert.Equal([$"{200_000 - Scenario.PriceIdr}", "7000", $"{withBonus.Totals["balanceNow"]}"], withBonus.Rows[^1].TakeLast(3));
        // Who has not paid; asked anew, because the server's own last write may take its time back.
        var overdue = await Eventually.Async(
            async () =>
            {
                await _host.Database.ExecuteAsync(
                    $"UPDATE grain_state SET payload = jsonb_set(payload, '{{nextRenewalAt}}', '1000') WHERE key = 'droplet:{server.InstanceId}'", TestContext.Current.CancellationToken);
                return (await Read(finance, "OVERDUE")).Now!.Rows;
            },
            rows => rows.Count == 1, ApiHost.Patience, "the server is overdue", TestContext.Current.CancellationToken);
        Assert.Equal(
            (server.InstanceId, customer.Email, "RUNNING", Scenario.PriceIdr.ToString(CultureInfo.InvariantCulture)), (overdue[0][0], overdue[0][2], overdue[0][3], overdue[0][4]));

        // By when it fell due: what a refused renewal leaves in the server's activity.
        await _host.Database.ExecuteAsync(
            $"INSERT INTO instance_activity (instance, action_id, kind, status, started_at, actor) VALUES ('{server.InstanceId}', 'renew-2', 'Renew', 'InProgress', now(), 'system')",
            TestContext.Current.CancellationToken);
        var price = Scenario.PriceIdr.ToString(CultureInfo.InvariantCulture);
        var missed = await Read(finance, "OVERDUE?by=month");
        Assert.Equal(["period", "missed", "missedAmount", "paidLater", "paidLaterAmount", "stillDue", "stillDueAmount"], missed.Columns);
        Assert.Equal(["1", price, "0", "0", "1", price], Assert.Single(missed.Rows).Skip(1));
        Assert.Equal(Scenario.PriceIdr, missed.Totals["missedAmount"]);
        // In the file the list stands below the periods and their sums.
        var owing = await finance.GetStringAsync("/internal/reports/overdue/csv?by=month");
        Assert.StartsWith("period,missed,missedAmount,paidLater,", owing.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Contains($"\r\n\r\ninstance,server,customer,status,price,due,days\r\n{server.InstanceId},", owing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_margin_is_reckoned_at_the_rate_of_the_billing_settings_without_hours_asleep_and_with_add_ons_by_month_or_day()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        var customer = await _host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(_host, customer);
        await Scenario.UntilAsync(customer, order.InstanceId, InstanceStatus.Running);
        // As if it ran for ten days: what runs for minutes costs nothing yet.
        await _host.Database.ExecuteAsync(
            $"UPDATE wallet_transactions SET occurred_at = occurred_at - interval '10 days' WHERE operation_id = 'order:{order.OrderId}:capture'", TestContext.Current.CancellationToken);
        var (before, hours) = (await FigureAsync("cost"), await FigureAsync("hours"));
        var rate = (await admin.GetAsync("/internal/billing-settings").ReadAsync<BillingSettings>()).UsdRate;
        await admin.SendJsonAsync(HttpMethod.Patch, "/internal/billing-settings", new ChangeBillingSettingsRequest(UsdRate: 2 * rate)).ExpectAsync(HttpStatusCode.OK);
        Assert.InRange(before, 1, long.MaxValue);
        // Each line is rounded by itself, and there may be one for each of two months.
        Assert.InRange(await FigureAsync("cost"), (2 * before) - 2, (2 * before) + 2);

        // Two days of the ten it slept: no hours of a server. A GB of its image was kept for a month, and charged.
        await _host.Database.ExecuteAsync(
            $$"""
            INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at)
            VALUES (gen_random_uuid(), '{{customer.Id}}', 'slept', 'Hibernated', '{"instance": "{{order.InstanceId}}"}', true, now() - interval '5 days');
            INSERT INTO instance_activity (instance, action_id, kind, status, started_at, completed_at, actor)
            VALUES ('{{order.InstanceId}}', 'woken', 'Restore', 'Completed', now() - interval '3 days', now() - interval '3 days', 'system')
            """, TestContext.Current.CancellationToken);
        await Scenario.FundAsync(_host, customer, 1_350);
        var charged = await _host.Cluster.GetGrain<IWalletGrain>(GrainKeys.Wallet(customer.Id)).Debit(new DebitCommand(
            $"addon:{order.InstanceId}:2:Images:1", 1_350, new PostingReference(ReferenceType.Addon, order.InstanceId, ContraAccount.Revenue, "Snapshot dan image")));
        Assert.True(charged.IsOk, charged.Error?.ToString());
        Assert.InRange(await FigureAsync("hours"), hours - 48 - 2, hours - 48 + 2);
        Assert.Equal((1_350L, Scenario.PriceIdr + 1_350), (await FigureAsync("addons"), await FigureAsync("revenue")));
        // 6 US cents of the provider's, at the doubled rate.
        Assert.Equal((long)(0.06m * 2 * rate), await FigureAsync("addonCost"));
        // By day the same is said of each day.
        var days = await ReportAsync("day");
        Assert.InRange(days.Rows.Count, 10, 13);
        Assert.Equal(days.Rows.Count, days.Rows.Select(row => row[0]).Distinct().Count());
        Assert.Equal(Scenario.PriceIdr + 1_350, days.Totals["revenue"]);
        // The account closes, and its notices go with it: the days asleep stay what they were.
        await new ClosingRows(_host.Sources).EraseAsync(customer.Id.Value, "none", TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        Assert.Equal(0, await _host.Database.ScalarAsync<long>($"SELECT count(*) FROM notices WHERE user_id = '{customer.Id}'", TestContext.Current.CancellationToken));
        Assert.InRange(await FigureAsync("hours"), hours - 48 - 2, hours - 48 + 2);

        async Task<long> FigureAsync(string column)
        {
            var report = await ReportAsync("month");
            return report.Rows.Sum(row => long.Parse(row[report.Columns.ToList().IndexOf(column)], CultureInfo.InvariantCulture));
        }

        Task<Report> ReportAsync(string by)
        {
            var from = TimeProvider.System.GetUtcNow().AddDays(-12).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return admin.GetAsync($"/internal/reports/MARGIN?from={from}&by={by}").ReadAsync<Report>();
        }
    }

    [Fact]
    public async Task The_dashboard_shows_money_only_to_roles_that_have_it()
    {
        var admin = (await _host.NewAdminAsync()).Http;
        var support = (await _host.NewStaffAsync(Roles.Support)).Http;
        await _host.Database.ExecuteAsync("UPDATE business_figures SET figures = '{\"unpaidServers\": 3}'", TestContext.Current.CancellationToken);
        // The provider's accounts are asked for a bounded time only, and the first question has to wake them.
        var seen = await Webrana.Testing.Eventually.Async(
            () => admin.GetAsync("/internal/dashboard").ReadAsync<Dashboard>(), shop => shop.ProviderFree is not null, ApiHost.Patience, "the provider's accounts are known",
            TestContext.Current.CancellationToken);
        Assert.Equal((0L, 0L, 0L), (seen.MoneyIn, seen.OpenCases, seen.WaitingRequests));
        Assert.Equal(3, seen.Unpaid);
        Assert.True(seen.ProviderCallsLeft > 0 && seen.ProviderFree > 0);
        var less = await support.GetAsync("/internal/dashboard").ReadAsync<Dashboard>();
        Assert.Null(less.MoneyIn);
        Assert.Null(less.OpenCases);
        await support.GetAsync("/internal/reports/REVENUE").RefusedAsync(403, ProblemCodes.Forbidden);
    }

    [Fact]
    public async Task The_dashboard_counts_on_no_account_that_is_switched_off_and_says_what_is_left_of_the_budget()
    {
        await using var host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["Desk:ProviderBudgetUsd"] = "300" });
        var (admin, support) = ((await host.NewAdminAsync()).Http, (await host.NewStaffAsync(Roles.Support)).Http);
        await admin.PostAsync("/internal/digitalocean/accounts", new AddProviderAccountRequest("kedua", "Akun kedua", ApiHost.SecondProviderToken)).ExpectAsync(HttpStatusCode.Created);
        await host.Cluster.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary")).EnsureRunning();
        await Eventually.Async(AccountsAsync, all => all.Count == 2 && all.All(account => account.MonthToDateUsd is not null), ApiHost.Patience, "both were looked at");
        var both = await SeeAsync(admin);
        Assert.Equal((9_400, 600), (both.ProviderCallsLimit, both.ProviderBudgetUsd));
        Assert.Equal(600 - both.ProviderUsd, both.ProviderBudgetLeftUsd);

        await admin.PostAsync("/internal/digitalocean/accounts/kedua/disable", null).ExpectAsync(HttpStatusCode.OK);
        var one = await SeeAsync(admin);
        var primary = (await AccountsAsync()).Single(account => account.Id == "primary");
        Assert.Equal((4_700, 300, primary.Free), (one.ProviderCallsLimit, one.ProviderBudgetUsd, one.ProviderFree));
        Assert.Equal(300 - (primary.MonthToDateUsd ?? 0), one.ProviderBudgetLeftUsd);
        Assert.InRange(one.ProviderCallsLeft!.Value, 0, 4_700);

        var less = await SeeAsync(support);
        Assert.Equal((null, null, null), (less.ProviderUsd, less.ProviderBudgetUsd, less.ProviderBudgetLeftUsd));

        static Task<Dashboard> SeeAsync(HttpClient http) => http.GetAsync("/internal/dashboard").ReadAsync<Dashboard>();
        async Task<IReadOnlyList<ProviderAccount>> AccountsAsync() => (await admin.GetAsync("/internal/digitalocean/accounts").ReadAsync<Page<ProviderAccount>>()).Items;
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@risk", "\"'@risk\"")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData("-12", "-12")]
    [InlineData("web-01", "web-01")]
    public void A_spreadsheet_runs_nothing_of_a_report(string value, string cell) => Assert.Equal(cell, ReportCsv.Cell(value));

    static string Today => TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static Task<Report> Read(HttpClient finance, string name) => finance.GetAsync($"/internal/reports/{name}").ReadAsync<Report>();
}
