using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>A campaign from end to end in the browser: an admin makes it, a customer is told what they get before paying and gets exactly that, the admin sees it.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class PromoJourneyTests(RunningSandbox sandbox)
{
    const string Name = "Bonus gajian";

    static readonly LocatorAssertionsToHaveTextOptions Text = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToContainTextOptions Contains = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToBeVisibleOptions Visible = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToHaveAttributeOptions Attribute = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToBeEnabledOptions Enabled = new() { Timeout = 120_000 };

    [Fact]
    public async Task An_admin_runs_a_tiered_campaign_and_a_customer_is_credited_exactly_what_was_shown()
    {
        var admin = await sandbox.VisitAsync();
        await SignInAsync(admin, sandbox.Addresses.Logins.Admin.Email, sandbox.Addresses.Logins.Admin.Password);
        var promo = await PublishAsync(admin);
        try
        {
            var customer = await sandbox.VisitAsync();
            await SignInAsync(customer, sandbox.Addresses.Logins.Customer.Email, sandbox.Addresses.Logins.Customer.Password);
            var before = await AmountAsync(customer, "/wallet", "balance");
            await TopUpAsync(customer);
            await Expect(customer.GetByTestId("balance-now")).ToHaveTextAsync(Rupiah(before + 575_000), Text);
            await customer.GotoAsync("/wallet");
            await Expect(customer.GetByTestId("balance")).ToHaveTextAsync(Rupiah(before + 575_000), Text);
            await Expect(customer.GetByTestId("bonus-lot").Filter(new() { HasText = "Rp\u00A075.000" })).ToBeVisibleAsync(Visible);

            await admin.GotoAsync($"/admin/promos/{promo}");
            await Expect(admin.GetByTestId("usage-row")).ToHaveAttributeAsync("data-status", "Committed", Attribute);
            await Expect(admin.GetByTestId("usage-amount")).ToHaveTextAsync("Rp 75.000", Text);
            await Expect(admin.GetByTestId("promo-budget")).ToContainTextAsync("Rp 75.000 dari Rp 10.000.000", Contains);
            var file = await admin.RunAndWaitForDownloadAsync(() => admin.GetByTestId("usage-csv").ClickAsync());
            Assert.Contains(sandbox.Addresses.Logins.Customer.Email, await File.ReadAllTextAsync((await file.PathAsync())!), StringComparison.Ordinal);
        }
        finally
        {
            // A promo without a code would apply to the other journeys' top-ups too.
            await admin.GotoAsync($"/admin/promos/{promo}");
            await admin.GetByTestId("archive-open").ClickAsync();
            await admin.GetByTestId("archive-reason").FillAsync("Uji selesai");
            await admin.GetByTestId("archive-confirm").ClickAsync();
            await Expect(admin.GetByTestId("promo-status")).ToHaveAttributeAsync("data-status", "Archived", Attribute);
        }
    }

    static async Task<string> PublishAsync(IPage admin)
    {
        await admin.GotoAsync("/admin/promos");
        await admin.GetByTestId("promo-new").ClickAsync();
        await admin.GetByTestId("promo-name").FillAsync(Name);
        await admin.GetByTestId("valueType-Fixed").ClickAsync();
        foreach (var (number, from, value) in new[] { (1, "100000", "10000"), (2, "500000", "75000") })
        {
            await admin.GetByTestId("tier-add").ClickAsync();
            await admin.GetByTestId($"tier-from-{number}").FillAsync(from);
            await admin.GetByTestId($"tier-value-{number}").FillAsync(value);
        }

        // By shops only: no other journey pays there.
        await admin.GetByTestId("promo-channel-ALFAMART").CheckAsync();
        await admin.GetByTestId("promo-budget-max").FillAsync("10000000");
        await Expect(admin.GetByTestId("rule")).ToContainTextAsync("minimal Rp 100.000 lewat Alfamart mendapat bonus Rp 10.000, mulai Rp 500.000 menjadi Rp 75.000", Contains);
        await Expect(admin.GetByTestId("promo-preview")).ToBeEnabledAsync(Enabled);
        await admin.GetByTestId("promo-preview").ClickAsync();
        await Expect(admin.GetByTestId("preview-cost")).ToHaveTextAsync(new Regex(@"^Rp\s\d"), Text);
        await admin.GetByTestId("promo-reason").FillAsync("Kampanye uji");
        await admin.GetByTestId("promo-publish").ClickAsync();
        await Expect(admin).ToHaveURLAsync(new Regex("/admin/promos/(?!new)[^/]+$"));
        await Expect(admin.GetByTestId("promo-status")).ToHaveAttributeAsync("data-status", "On", Attribute);
        return await admin.EvaluateAsync<string>("() => location.pathname.split('/').at(-1)");
    }

    async Task TopUpAsync(IPage customer)
    {
        await customer.GotoAsync("/wallet/top-up");
        await customer.GetByTestId("channel-ALFAMART").ClickAsync();
        await customer.GetByTestId("amount").FillAsync("450000");
        await Expect(customer.GetByTestId("topup-bonus")).ToHaveTextAsync("+Rp 10.000", Text);
        await Expect(customer.GetByTestId("promo-hint")).ToHaveTextAsync("Isi Rp 50.000 lagi untuk bonus Rp 75.000", Text);
        await customer.GetByTestId("promo-hint").ClickAsync();
        await Expect(customer.GetByTestId("topup-bonus")).ToHaveTextAsync("+Rp 75.000", Text);
        await Expect(customer.GetByTestId("topup-credit")).ToHaveTextAsync("Rp 575.000", Text);
        await customer.GetByTestId("topup-submit").ClickAsync();
        await Expect(customer.GetByTestId("bonus-held")).ToContainTextAsync("Bonus Rp 75.000 ditahan untuk Anda sampai", Contains);
        await Expect(customer.GetByTestId("deposit-credit")).ToHaveTextAsync("Rp 575.000", Text);
        await sandbox.PayAsync(await customer.GetByTestId("payment-ref").InnerTextAsync());
        await Expect(customer.GetByTestId("deposit-paid")).ToContainTextAsync("Rp 575.000", Contains);
        await Expect(customer.GetByTestId("bonus-given")).ToContainTextAsync($"Rp 75.000 dari {Name}", Contains);
    }

    static async Task SignInAsync(IPage page, string email, string password)
    {
        await page.GotoAsync("/login");
        await page.GetByTestId("email").FillAsync(email);
        await page.GetByTestId("password").FillAsync(password);
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers");
    }

    static async Task<long> AmountAsync(IPage page, string path, string testId)
    {
        await page.GotoAsync(path);
        await Expect(page.GetByTestId(testId)).ToHaveTextAsync(new Regex(@"Rp\s\d"), Text);
        return long.Parse(string.Concat((await page.GetByTestId(testId).InnerTextAsync()).Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture);
    }

    static string Rupiah(long amount) => "Rp " + amount.ToString("#,##0", new System.Globalization.NumberFormatInfo { NumberGroupSeparator = "." });
}
