using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Webrana.BrowserTesting;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;

namespace Webrana.Web.Tests.Pages;

/// <summary>On the desk.</summary>
public sealed class WideScreenshotTests(Panel panel) : ScreenshotTests(panel, 1440);

/// <summary>In the hand.</summary>
public sealed class NarrowScreenshotTests(Panel panel) : ScreenshotTests(panel, 390);

/// <summary>
/// Every page, light and dark, wide and narrow: a picture for people, axe for the rules, and no sideways scrolling. Two classes, because
/// classes run beside each other and this is most of the time that the panel's tests take.
/// </summary>
public abstract class ScreenshotTests(Panel panel, int width) : IClassFixture<Panel>
{
    static readonly (string Name, string Path)[] Public =
    [
        ("landing", "/"), ("login", "/login"), ("register", "/register"), ("confirm-email", "/confirm-email?userId=u&token=good"), ("confirm-email-invalid", "/confirm-email?userId=u&token=old"),
        ("forgot-password", "/forgot-password"), ("resend-confirmation", "/resend-confirmation"), ("reset-password", "/reset-password?userId=u&token=good"), ("confirm-email-change", "/confirm-email-change?token=old"), ("not-found", "/no-such-page"), ("error", "/error"), ("legal", "/legal/terms"), ("account-closed", "/account-closed"),
    ];

    static readonly (string Name, string Path, string Ready)[] Customer =
    [
        ("servers", "/servers", "servers"), ("servers-new", "/servers/new", "order-summary"), ("server", "/servers/i-web-01", "server-name"), ("server-provisioning", "/servers/i-worker", "provisioning"),
        ("server-graphs", "/servers/i-web-01/graphs", "chart-cpu"), ("server-graphs-14d", "/servers/i-db-01/graphs?range=14d", "chart-bandwidth"),
        ("server-networking", "/servers/i-web-01/networking", "network"), ("server-backups", "/servers/i-web-01/backups", "snapshot-row"),
        ("server-activity", "/servers/i-web-01/activity", "activity"), ("server-resize", "/servers/i-web-01/resize", "difference-basic-2"), ("server-rebuild", "/servers/i-web-01/rebuild", "rebuild-open"), ("server-delete", "/servers/i-web-01/delete", "destroy-open"), ("server-console", "/servers/i-web-01/console", "console-ended"), ("wallet", "/wallet", "ledger"),
        ("wallet-deposits", "/wallet?tab=deposits", "deposits"), ("top-up", "/wallet/top-up", "channel-BRIVA"), ("deposit-va", "/wallet/deposits/d-va", "pay-code"), ("deposit-qris", "/wallet/deposits/d-qr", "qr"),
        ("deposit-paid", "/wallet/deposits/d-paid", "deposit-paid"),
        ("deposit-bonus-held", "/wallet/deposits/d-held", "bonus-held"), ("deposit-bonus-if-left", "/wallet/deposits/d-late-bonus", "bonus-if-left"),
        ("deposit-bonus-given", "/wallet/deposits/d-given", "bonus-given"), ("promos", "/promos", "friends"), ("account", "/account", "account-name"),
        ("ssh-keys", "/ssh-keys", "keys"), ("account-security", "/account/security", "security"), ("account-tokens", "/account/api-tokens", "tokens"), ("account-data", "/account/data", "closing-balance"),
        ("notifications", "/notifications", "notices"), ("notification-settings", "/notifications/settings", "balance-alert"),
        ("webhooks", "/webhooks", "webhook"), ("invoices", "/invoices", "invoices"), ("invoice", "/invoices/WBR-2026-000124", "invoice"),
    ];

    static readonly (string Name, string Path, string Ready)[] Admin =
    [
        ("admin-customers", "/admin/customers", "customers"), ("admin-customer", "/admin/customers/0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01", "customer-balance"), ("admin-wallets", "/admin/wallets", "wallets"),
        ("admin-deposits", "/admin/deposits", "deposits"), ("admin-instances", "/admin/instances", "instances"), ("admin-plans", "/admin/plans", "plans"), ("admin-billing", "/admin/billing", "billing-settings"), ("admin-provider", "/admin/provider", "drift"),
        ("admin-promos", "/admin/promos", "promos"), ("admin-promos-empty", "/admin/promos?status=Ended", "promos-empty"), ("admin-promo", "/admin/promos/akhir-pekan", "usages"),
        ("admin-promo-versions", "/admin/promos/akhir-pekan?tab=versions", "versions"), ("admin-promo-edit", "/admin/promos/akhir-pekan/edit", "rule"),
        ("admin-promo-new", "/admin/promos/new", "rule-incomplete"), ("admin-promo-reviews", "/admin/promos/reviews", "reviews"), ("admin-outbox", "/admin/outbox", "outbox"), ("admin-notices", "/admin/notices", "preview-text"),
        ("admin-staff", "/admin/staff", "staff"), ("admin-switches", "/admin/switches", "switches"), ("admin-audit", "/admin/audit", "audit"),
        ("admin-dashboard", "/admin", "dashboard"), ("admin-reports", "/admin/reports", "report"), ("admin-reports-liability", "/admin/reports?name=Liability", "report"),
        ("admin-reports-overdue", "/admin/reports?name=Overdue", "report-now"), ("admin-search", "/admin/search?q=sari", "found"), ("admin-instance", "/admin/instances/i-web-01", "timeline"), ("admin-money-requests", "/admin/money-requests", "requests"),
        ("admin-legal", "/admin/legal", "legal-versions"), ("admin-payments", "/admin/payments", "cases"), ("admin-orders", "/admin/orders", "stuck-orders"), ("admin-orders-empty", "/admin/orders?trouble=Unsettled", "stuck-empty"), ("admin-settlement", "/admin/settlement", "settlement"),
    ];

    /// <summary>Every address that is looked at.</summary>
    internal static IEnumerable<string> Paths => [.. Public.Select(page => page.Path), .. Customer.Concat(Admin).Select(page => page.Path)];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_is_accessible_fits_its_width_and_has_its_picture_taken(ColorScheme scheme)
    {
        await using var site = await panel.StartAsync();
        var findings = new List<string>();
        var visitor = await site.VisitAsync(width, scheme: scheme);
        foreach (var (name, path) in Public)
        {
            await visitor.GotoAsync(path);
            await InspectAsync(visitor, name, width, scheme, findings);
        }

        var customer = await site.SignInAsync(width: width, scheme: scheme);
        foreach (var (name, path, ready) in Customer) await InspectPanelAsync(customer, name, path, ready, width, scheme, findings);
        await customer.GotoAsync("/servers/i-web-01/delete");
        await customer.GetByTestId("destroy-open").ClickAsync();
        await customer.GetByTestId("destroy-name").FillAsync("web-0");
        await InspectAsync(customer, "server-delete-sheet", width, scheme, findings);
        await customer.GotoAsync("/servers");
        await customer.GetByTestId("select-i-web-01").CheckAsync();
        await customer.GetByTestId("bulk-reboot").WaitForAsync();
        await InspectAsync(customer, "servers-bulk", width, scheme, findings);
        await customer.GotoAsync("/servers/i-web-01/resize");
        await customer.GetByTestId("resize-basic-2").ClickAsync();
        await customer.GetByTestId("resize-open").ClickAsync();
        await customer.GetByTestId("resize-confirm").WaitForAsync();
        await InspectAsync(customer, "server-resize-sheet", width, scheme, findings);
        await customer.GotoAsync("/servers/i-web-01/rebuild");
        await customer.GetByTestId("rebuild-debian-12-x64").ClickAsync();
        await customer.GetByTestId("rebuild-open").ClickAsync();
        await customer.GetByTestId("rebuild-name").WaitForAsync();
        await InspectAsync(customer, "server-rebuild-sheet", width, scheme, findings);
        await customer.GotoAsync("/servers/i-web-01");
        await customer.GetByTestId("reveal-open").ClickAsync();
        await customer.GetByTestId("reveal-confirm").WaitForAsync();
        await InspectAsync(customer, "server-reveal-sheet", width, scheme, findings);

        await customer.GotoAsync("/account/security");
        await customer.GetByTestId("two-factor-open").ClickAsync();
        await customer.GetByTestId("two-factor-password").FillAsync(FakeWorld.Password);
        await customer.GetByTestId("two-factor-next").ClickAsync();
        await customer.GetByTestId("two-factor-qr").WaitForAsync();
        await InspectAsync(customer, "account-two-factor-sheet", width, scheme, findings);
        await customer.GotoAsync("/account/api-tokens");
        await customer.GetByTestId("token-add").ClickAsync();
        await customer.GetByTestId("token-password").WaitForAsync();
        await InspectAsync(customer, "account-token-sheet", width, scheme, findings);

        await customer.GotoAsync("/wallet/top-up?amount=450000");
        await customer.GetByTestId("channel-BRIVA").ClickAsync();
        await customer.GetByTestId("promo-hint").WaitForAsync();
        await InspectAsync(customer, "top-up-promo", width, scheme, findings);
        site.World.Wallet = site.World.Wallet with { Debt = 40_000, Balance = 25_000, Available = 0 };
        await InspectPanelAsync(customer, "wallet-debt", "/wallet", "debt-notice", width, scheme, findings);

        var admin = await site.SignInAsync("admin@example.com", width: width, scheme: scheme);
        foreach (var (name, path, ready) in Admin) await InspectPanelAsync(admin, name, path, ready, width, scheme, findings);
        await admin.GotoAsync("/admin/plans");
        await admin.GetByTestId("edit-basic-1").ClickAsync();
        await admin.GetByTestId("pricing-save").WaitForAsync();
        await InspectAsync(admin, "admin-plans-sheet", width, scheme, findings);

        await admin.GotoAsync("/admin/promos/akhir-pekan/edit");
        await admin.GetByTestId("promo-preview").ClickAsync();
        await admin.GetByTestId("preview-takers").WaitForAsync();
        await InspectAsync(admin, "admin-promo-preview", width, scheme, findings);
        await admin.GotoAsync("/admin/promos/akhir-pekan");
        await admin.GetByTestId("archive-open").ClickAsync();
        await admin.GetByTestId("archive-confirm").WaitForAsync();
        await InspectAsync(admin, "admin-promo-archive-sheet", width, scheme, findings);
        await admin.GotoAsync("/admin/promos");
        await admin.GetByTestId("promo-switch").First.ClickAsync();
        await admin.GetByTestId("switch-confirm").WaitForAsync();
        await InspectAsync(admin, "admin-promo-switch-sheet", width, scheme, findings);
        await admin.GotoAsync("/admin/provider");
        await admin.GetByTestId("provider-disable").First.ClickAsync();
        await admin.GetByTestId("provider-mode-confirm").WaitForAsync();
        await InspectAsync(admin, "admin-provider-mode-sheet", width, scheme, findings);

        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    [Fact]
    public async Task Acts_at_the_desk_are_accessible_and_fit_their_width()
    {
        var scheme = width >= 1000 ? ColorScheme.Light : ColorScheme.Dark;
        await using var site = await panel.StartAsync();
        var findings = new List<string>();
        var at = site.World.Users.FindIndex(user => user.Id == FakeWorld.UserId);
        site.World.Users[at] = site.World.Users[at] with { TwoFactor = true };
        var admin = await site.SignInAsync("admin@example.com", width: width, scheme: scheme);
        async Task SheetAsync(string name, string path, string open, string ready)
        {
            await admin.GotoAsync(path);
            await admin.GetByTestId(open).First.ClickAsync();
            await admin.GetByTestId(ready).WaitForAsync();
            await InspectAsync(admin, name, width, scheme, findings);
        }

        await InspectPanelAsync(admin, "admin-orders", "/admin/orders", "stuck-orders", width, scheme, findings);
        await SheetAsync("admin-order-fail-sheet", "/admin/orders", "fail-open", "fail-order-confirm");
        await SheetAsync("admin-suspend-sheet", "/admin/instances/i-web-01", "suspend-open", "suspend-confirm");
        await SheetAsync("admin-two-factor-sheet", $"/admin/customers/{FakeWorld.UserId}", "two-factor-open", "two-factor-confirm");
        await SheetAsync("admin-resend-sheet", "/admin/outbox", "resend", "resend-confirm");
        site.World.Blocked["i-web-01"] = "Server ini mengirim spam.";
        await InspectPanelAsync(admin, "admin-instance-blocked", "/admin/instances/i-web-01", "blocked-notice", width, scheme, findings);
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    static async Task InspectPanelAsync(IPage page, string name, string path, string ready, int width, ColorScheme scheme, List<string> findings)
    {
        await page.GotoAsync(path);
        await page.GetByTestId(ready).WaitForAsync();
        await InspectAsync(page, name, width, scheme, findings);
    }

    static async Task InspectAsync(IPage page, string name, int width, ColorScheme scheme, List<string> findings)
    {
        var label = $"{name}-{width}-{scheme}";
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = RepositoryPath.Of("artifacts", "screenshots", label.ToLowerInvariant() + ".png"), FullPage = true, Animations = ScreenshotAnimations.Disabled,
        });
        var tooWide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (tooWide > 0) findings.Add($"{label}: {tooWide} px wider than the window");
        // Colours differ by scheme and sizes by width: light on the desk and dark in the hand are all there is to find, and axe is most of the time.
        if ((width >= 1000) != (scheme == ColorScheme.Light)) return;
        // A frame without scripts (the preview of a mail) would never answer axe, which asks every frame: its title is looked at here, and it is left out.
        if (await page.EvaluateAsync<int>("() => [...document.querySelectorAll('iframe')].filter(frame => !frame.title).length") > 0) findings.Add($"{label}: a frame without a title");
        await page.EvaluateAsync("() => document.querySelectorAll('iframe[sandbox]').forEach(frame => frame.remove())");
        var axe = await page.RunAxe().WaitAsync(TimeSpan.FromMinutes(3));
        findings.AddRange(axe.Violations.Where(found => found.Impact is "serious" or "critical")
            .Select(found => $"{label}: {found.Id} ({found.Impact}) {string.Join(" | ", found.Nodes.Take(3).Select(node => node.Html))}"));
    }
}
