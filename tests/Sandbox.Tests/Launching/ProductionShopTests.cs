using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What <c>doctor --production</c> sees of prices, words, admins, and of what people have confirmed: tables have what it asks for.</summary>
public sealed class ProductionShopTests
{
    static readonly DateTimeOffset Now = new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prices_are_right_once_every_plan_on_sale_costs_more_than_the_provider_takes_for_each_of_its_periods()
    {
        Assert.Contains("DATABASE_URL", (await ProductionShop.PricesAsync("")).Note, StringComparison.Ordinal);
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("prices", cancellation: Cancellation);
        await database.ExecuteAsync("CREATE TABLE grain_state (state text, key text, status text, payload jsonb)", Cancellation);
        await SaysAsync(false, "what a dollar costs");
        await ThenAsync("""INSERT INTO grain_state VALUES ('billing-settings', 'billing-settings:shop', NULL, '{"versions":[{"usd":15000},{"usd":16000}]}')""");
        await SaysAsync(false, "no plan is on sale");

        // Hidden and retired ones are nobody's to order; of prices the last version is in force. $6 are Rp 96.000 a month.
        await ThenAsync("""
            INSERT INTO grain_state VALUES
                ('plan', 'plan:old', 'RETIRED', '{"planId":"old","prices":[{"monthlyIdr":1,"allowMonthly":true}]}'),
                ('plan', 'plan:one', 'ACTIVE', '{"planId":"one","prices":[{"monthlyIdr":1,"allowMonthly":true},{"dailyIdr":4000,"monthlyIdr":120000,"yearlyIdr":1200000,"allowDaily":true,"allowMonthly":true,"allowYearly":true}]}')
            """);
        await SaysAsync(false, "one has no cost at the provider");
        await CostsAsync(600);
        await SaysAsync(true, "1 on sale, each above what the provider takes at Rp 16000 a dollar");
        await PriceAsync("dailyIdr", "3428");
        await SaysAsync(false, "one costs Rp 3428 a day, and the provider takes Rp 3429");
        await PriceAsync("dailyIdr", "4000");
        await PriceAsync("monthlyIdr", "96000");
        await SaysAsync(false, "one costs Rp 96000 a month, and the provider takes Rp 96000");
        await PriceAsync("monthlyIdr", "120000");
        await PriceAsync("yearlyIdr", "1152000");
        await SaysAsync(false, "one costs Rp 1152000 a year");
        await PriceAsync("yearlyIdr", "null");
        await SaysAsync(false, "one has no price for a year");
        await PriceAsync("allowYearly", "false");
        await SaysAsync(true, "1 on sale");
        await PriceAsync("allowMonthly", "false");
        await PriceAsync("allowDaily", "false");
        await SaysAsync(false, "one is sold by no period");

        Task<int> ThenAsync(string sql) => database.ExecuteAsync(sql, Cancellation);

        Task<int> CostsAsync(int cents) =>
            ThenAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE grain_state SET payload = jsonb_set(payload, '{{costUsdCents}}', '{cents}') WHERE key = 'plan:one'"));

        Task<int> PriceAsync(string name, string value) => ThenAsync($"UPDATE grain_state SET payload = jsonb_set(payload, '{{prices,1,{name}}}', '{value}') WHERE key = 'plan:one'");

        async Task SaysAsync(bool ok, string note)
        {
            var finding = await ProductionShop.PricesAsync(database.OwnerConnectionString);
            Assert.True(finding.Ok == ok, finding.ToString());
            Assert.Contains(note, finding.Note, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "", true, "terms 2, privacy 2, acceptable-use 2 bind in both languages")]
    [InlineData("privacy en", "", false, "privacy has no text of its own in 'en'")]
    [InlineData("terms en", "Syarat terms", false, "terms has no text of its own in 'en'")]
    [InlineData("acceptable-use id", "Tulis ke [alamat kontak] kami", false, "acceptable-use in 'id' has a gap: …Tulis ke [alamat kontak] kami…")]
    [InlineData("terms id", "404", false, "api/v1/legal/terms answers 404")]
    [InlineData("terms id", "<html>", false, "does not answer as our API does")]
    public async Task Words_are_there_once_each_document_binds_in_both_languages_without_a_gap(string where, string text, bool ok, string said)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", $"http://{IPAddress.Loopback}:0"]);
        builder.Logging.ClearProviders();
        await using var api = builder.Build();
        api.MapGet("/api/v1/legal/{document}", (string document, string locale) =>
        {
            var shown = $"{document} {locale}" == where ? text : locale == "en" ? $"Terms of {document}" : $"Syarat {document}";
            return shown switch
            {
                "404" => Results.StatusCode(404),
                "<html>" => Results.Text(shown, "text/html"),
                _ => Results.Text(JsonSerializer.Serialize(new { document, version = 2, locale, text = shown }), "application/json"),
            };
        });
        await api.StartAsync(Cancellation);
        var finding = await ProductionShop.WordsAsync(api.Urls.Single());
        Assert.True(finding.Ok == ok, finding.ToString());
        Assert.Contains(said, finding.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_desk_is_manned_once_an_admin_has_a_second_factor_and_a_password_of_their_own()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("desk", cancellation: Cancellation);
        await database.ExecuteAsync(
            """
            CREATE SCHEMA identity;
            CREATE TABLE identity.roles (id int, normalized_name text);
            CREATE TABLE identity.users (id int, two_factor_enabled boolean, password_changed_at timestamptz);
            CREATE TABLE identity.user_roles (user_id int, role_id int);
            CREATE TABLE identity.user_passkeys (user_id int);
            CREATE TABLE wallet_transactions (amount bigint);
            CREATE TABLE audit_log (id bigint);
            INSERT INTO identity.roles VALUES (1, 'ADMIN');
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA identity TO webrana_app;
            GRANT SELECT ON ALL TABLES IN SCHEMA identity, public TO webrana_app;
            """, Cancellation);
        await SaysAsync(false, "create-admin");
        await ThenAsync("INSERT INTO identity.users VALUES (7, false, NULL); INSERT INTO identity.user_roles VALUES (7, 1)");
        await SaysAsync(false, "1 of 1 admins have neither two-step verification nor a passkey");
        await ThenAsync("INSERT INTO identity.user_passkeys VALUES (7)");
        await SaysAsync(false, "1 of 1 admins have the password still that they began with");
        await ThenAsync("UPDATE identity.users SET password_changed_at = now()");
        await SaysAsync(true, "1, each with a second factor and a password of their own");
        foreach (var table in new[] { "wallet_transactions", "audit_log" })
        {
            foreach (var right in new[] { "UPDATE", "DELETE", "TRUNCATE" })
            {
                await ThenAsync($"GRANT {right} ON {table} TO webrana_app");
                await SaysAsync(false, "this role can change tables, ledger rows or the audit log");
                await ThenAsync($"REVOKE {right} ON {table} FROM webrana_app");
            }
        }

        await ThenAsync("GRANT INSERT ON wallet_transactions, audit_log TO webrana_app");
        await SaysAsync(true, "1, each with a second factor");

        Task<int> ThenAsync(string sql) => database.ExecuteAsync(sql, Cancellation);

        async Task SaysAsync(bool ok, string note)
        {
            var finding = await ProductionDoctor.FirstAdminAsync(database.AppConnectionString);
            Assert.True(finding.Ok == ok, finding.ToString());
            Assert.Contains(note, finding.Note, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_only_a_person_sees_is_missing_until_one_has_said_so_and_again_after_half_a_year()
    {
        Assert.Contains("DATABASE_URL", Assert.Single(await GoLiveSteps.AskAsync("", Now)).Note, StringComparison.Ordinal);
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("seen", cancellation: Cancellation);
        await database.ExecuteAsync("CREATE TABLE audit_log (id bigint, action text, subject text, actor text, occurred_at timestamptz)", Cancellation);
        var nobody = await GoLiveSteps.AskAsync(database.OwnerConnectionString, Now);
        Assert.All(nobody, finding => Assert.False(finding.Ok, finding.ToString()));
        Assert.All(GoLiveSteps.All, step => Assert.Contains($"then ops go-live confirm {step.Step} --by NAME", Assert.Single(nobody, finding => finding.Name == $"Seen: {step.Step}").Note, StringComparison.Ordinal));

        // The last word counts; words about anything else do not.
        await database.ExecuteAsync(
            """
            INSERT INTO audit_log VALUES
                (1, 'golive.confirmed', 'go-live:mail', 'ops:Ani', '2026-01-05T03:00:00Z'), (2, 'golive.confirmed', 'go-live:mail', 'ops:Budi', '2026-11-20T03:00:00Z'),
                (3, 'golive.confirmed', 'go-live:words', 'ops:Ani', '2026-06-01T03:00:00Z'), (4, 'wallet.adjusted', 'go-live:keys', 'admin:1', '2026-11-20T03:00:00Z')
            """, Cancellation);
        var said = await GoLiveSteps.AskAsync(database.OwnerConnectionString, Now);
        var mail = Assert.Single(said, finding => finding.Ok);
        Assert.Equal("Seen: mail", mail.Name);
        Assert.StartsWith("ops:Budi confirmed on 2026-11-20 that a mail of the shop's", mail.Note, StringComparison.Ordinal);
        var words = Assert.Single(said, finding => finding.Name == "Seen: words");
        Assert.StartsWith("ops:Ani confirmed it on 2026-06-01, more than 180 days ago: see that a lawyer", words.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_as_many_words_to_give_as_it_says()
    {
        string[] numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "GO-LIVE.md"));
        Assert.Contains($"takes your word for {numbers[GoLiveSteps.All.Length - 1]} things", page, StringComparison.Ordinal);
    }

    /// <summary>The page is what a person follows: it names every word that the doctor asks for, and no other.</summary>
    [Fact]
    public void The_page_names_what_is_to_be_confirmed_as_the_doctor_does()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "GO-LIVE.md"));
        var named = System.Text.RegularExpressions.Regex.Matches(page, "Seen: ([a-z]+)").Select(match => match.Groups[1].Value).Distinct().Order();
        Assert.Equal(GoLiveSteps.All.Select(step => step.Step).Order(), named);
    }
}
