using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Webrana.Client;
using Webrana.Testing;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Security;
using static Microsoft.Playwright.Assertions;

namespace Webrana.EndToEnd.Tests;

/// <summary>The cases of docs/SUPPORT.md, each resolved by an admin in the panel alone, on real processes.</summary>
[Collection(SandboxJourneys.Name)]
public sealed class SupportCasesJourneyTests(RunningSandbox sandbox) : IDisposable
{
    const string Email = "rina.kasus@example.com";
    const string Password = "kopi-tubruk-dua-77";
    const string Colleague = "dewi.kasus@example.com";
    const string ServerName = "toko-kasus";

    // More than one person moves alone (Desk:SingleHandedIdr): sent back, it takes two.
    const long TopUpIdr = 1_200_000;

    static readonly LocatorAssertionsToBeVisibleOptions Visible = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToHaveTextOptions Text = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToContainTextOptions Contains = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToHaveCountOptions Count = new() { Timeout = 120_000 };
    static readonly LocatorAssertionsToHaveAttributeOptions Attribute = new() { Timeout = 120_000 };
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly HttpClient _api = new() { BaseAddress = new Uri(sandbox.Addresses.Api + "/") };
    readonly HttpClient _http = new();

    public void Dispose()
    {
        _api.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Every_support_case_is_resolved_in_the_panel_alone()
    {
        await sandbox.RegisterAsync(Email, "Rina Kasus", Password);
        var customer = await SignInAsync();
        var userId = (await customer.MeAsync()).Value!.Id;
        var deposit = (await customer.CreateDepositAsync(new CreateDepositRequest(TopUpIdr, "BRIVA"), IdempotencyKey.New())).Value!;
        await sandbox.PayAsync(deposit.PaymentRef!);
        await Eventually.Async(async () => (await customer.DepositAsync(deposit.Id)).Value?.Status == DepositStatus.Paid, Patience, "the deposit is paid");
        var server = await OrderAsync(customer, ServerName);
        await Eventually.Async(async () => (await customer.InstanceAsync(server)).Value?.Status == InstanceStatus.Running, Patience, "the server runs");
        var address = (await customer.InstanceAsync(server)).Value!.Ipv4!;

        var page = await sandbox.VisitAsync();
        await SignInAsync(page, sandbox.Addresses.Logins.Admin.Email, sandbox.Addresses.Logins.Admin.Password);

        // 1. "I paid": the VA number leads to the customer; a payment that no invoice explains is credited once.
        await FindAsync(page, deposit.PayCode!);
        await Expect(page).ToHaveURLAsync($"/admin/customers/{userId}");
        await Expect(page.Locator("[data-testid=timeline-row][data-kind=DEPOSIT]").First).ToContainTextAsync(deposit.MerchantRef, Contains);
        var before = await BalanceAsync(page, userId);
        var foreign = await ForeignPaymentAsync(75_000);
        await page.GotoAsync("/admin/payments");
        var unmatched = page.GetByTestId("case-row").Filter(new() { HasText = foreign });
        await unmatched.GetByTestId("case-resolve").ClickAsync();
        await page.GetByTestId("case-user").FillAsync(userId);
        await ConfirmAsync(page, "case", "Bukti transfer cocok");
        await Expect(unmatched).ToHaveCountAsync(0, Count);
        await Eventually.Async(() => BalanceAsync(page, userId), balance => balance == before + 75_000, Patience, "the payment is credited");

        // 3. Money sent back by bank leaves the wallet with its reference.
        await PayOutAsync(page, 75_000, "BCA 0098812", "Berhenti, saldo dikembalikan");
        await Expect(page.GetByTestId("customer-balance")).ToHaveTextAsync(Rupiah(before), Text);

        // 2. "I transferred twice": the second payment is balance already, and its case ends with the bank's reference.
        var twice = await ForeignPaymentAsync(TopUpIdr, deposit.MerchantRef);
        await Eventually.Async(() => BalanceAsync(page, userId), balance => balance == before + TopUpIdr, Patience, "the second payment is credited");
        await page.GotoAsync("/admin/payments");
        var second = page.GetByTestId("case-row").Filter(new() { HasText = twice });
        await Expect(second).ToHaveAttributeAsync("data-kind", "PaidTwice", Attribute);
        await second.GetByTestId("case-resolve").ClickAsync();
        await page.GetByTestId("case-bank").FillAsync("BCA 0098813");
        await ConfirmAsync(page, "case", "Dobel bayar, dikembalikan");
        await Expect(second).ToHaveCountAsync(0, Count);
        await page.GotoAsync($"/admin/customers/{userId}");
        await PayOutAsync(page, TopUpIdr, "BCA 0098813", "Dobel bayar, dikembalikan");

        // 3, the large sum: it waits for a second person, and is not its own asker's to approve.
        await page.GotoAsync("/admin/money-requests?status=Pending");
        var waiting = page.GetByTestId("request-row").Filter(new() { HasText = "BCA 0098813" });
        await Expect(waiting).ToBeVisibleAsync(Visible);
        await Expect(waiting.GetByTestId("request-decide")).ToHaveCountAsync(0, Count);
        await ApproveAsync(await ColleagueAsync(page), "BCA 0098813");
        await Eventually.Async(() => BalanceAsync(page, userId), balance => balance == before, Patience, "what was paid twice has left the wallet");

        // 4. A wrong charge is corrected; the reason is on the statement.
        await page.GetByTestId("adjust-open").ClickAsync();
        await page.GetByTestId("adjust-amount").FillAsync("5000");
        await page.GetByTestId("adjust-reason").FillAsync("Tagihan keliru 12 Nov");
        await page.GetByTestId("adjust-confirm").ClickAsync();
        await Expect(page.GetByTestId("customer-balance")).ToHaveTextAsync(Rupiah(before + 5_000), Text);
        await Expect(page.GetByText("Tagihan keliru 12 Nov").First).ToBeVisibleAsync(Visible);

        // 5. "My server does not work": its address leads to its state and its story.
        await FindAsync(page, address);
        await Expect(page).ToHaveURLAsync($"/admin/instances/{server}");
        await Expect(page.Locator("[data-testid=timeline-row][data-kind=ACTION]").First).ToBeVisibleAsync(Visible);
        await Expect(page.Locator("[data-testid=timeline-row][data-kind=NOTICE]").First).ToBeVisibleAsync(Visible);

        // 7. Consoles end.
        await page.GetByTestId("end-consoles").ClickAsync();
        await ConfirmAsync(page, "end-consoles", "Mantan pegawai memegangnya");
        await Expect(page.GetByText("Konsol yang terbuka")).ToBeVisibleAsync(Visible);

        // 7, asked to look: the admin says why first, and it is on record whatever the server has to show.
        await page.GetByTestId("open-console").ClickAsync();
        await ConfirmAsync(page, "console-why", "Pelanggan minta dibantu");
        await Expect(page.GetByTestId("console-state")).Not.ToHaveAttributeAsync("data-state", "connecting", Attribute);
        await page.GotoAsync($"/admin/audit?subject=instance:{server}");
        await Expect(page.GetByText("Pelanggan minta dibantu").First).ToBeVisibleAsync(Visible);
        await page.GotoAsync($"/admin/instances/{server}");

        // 8. Abuse: the server is off, money does not bring it back, an admin does.
        await page.GetByTestId("suspend-open").ClickAsync();
        await page.GetByTestId("suspend-message").FillAsync("Server ini mengirim spam.");
        await ConfirmAsync(page, "suspend", "Laporan CERT-118");
        await Expect(page.GetByTestId("blocked-notice")).ToContainTextAsync("mengirim spam", Contains);
        // A token lives ten minutes, and on a slow machine this journey lasts longer.
        customer = await SignInAsync();
        Assert.Equal("blocked", (await customer.RenewAsync(server, new Wire.Billing.RenewRequest(), IdempotencyKey.New())).Failure?.Code);
        await page.GetByTestId("unsuspend-open").ClickAsync();
        await ConfirmAsync(page, "unsuspend", "Sudah dibersihkan");
        await Eventually.Async(async () => (await customer.InstanceAsync(server)).Value?.Status == InstanceStatus.Running, Patience, "the server runs again");

        // 6. A stolen account is shut, its sign-ins lead to whoever else came from their address, and it is opened again.
        var theirs = await SignInAsync();
        await SignInAsync(Colleague);
        await page.GotoAsync($"/admin/customers/{userId}");
        await page.GetByTestId("freeze-open").ClickAsync();
        await ConfirmAsync(page, "freeze", "Kartu curian");
        await Expect(page.GetByTestId("frozen-notice")).ToContainTextAsync("Kartu curian", Contains);
        Assert.Equal("account_frozen", (await new WebranaClient(_api).Auth.LoginAsync(new LoginRequest(Email, Password))).Failure?.Code);
        await Eventually.Async(async () => (await theirs.MeAsync()).Failure?.Code == "account_frozen", Patience, "who was signed in is shut out");
        var signIn = page.Locator("[data-testid=timeline-row][data-kind=SIGN_IN]").First;
        await signIn.ClickAsync();
        await signIn.Locator("a[href*='/admin/search']").ClickAsync();
        foreach (var who in new[] { Email, Colleague })
            await Expect(page.GetByTestId("found-row").Filter(new() { HasText = who }).First).ToBeVisibleAsync(Visible);
        await page.GotoAsync($"/admin/customers/{userId}");
        await page.GetByTestId("freeze-open").ClickAsync();
        await ConfirmAsync(page, "freeze", "Bank: sah");
        await Expect(page.GetByTestId("frozen-notice")).ToHaveCountAsync(0, Count);

        // 11. A lost phone: the second factor is switched off.
        await EnrollAsync();
        await page.ReloadAsync();
        await page.GetByTestId("two-factor-open").ClickAsync();
        await ConfirmAsync(page, "two-factor", "KTP dan panggilan video cocok");
        await Expect(page.GetByTestId("customer-two-factor")).ToHaveTextAsync("Tidak aktif", Text);
        customer = await SignInAsync();

        // 12. "I got no mail": whatever was sent to this customer is sent again.
        await page.GetByTestId("customer-outbox").ClickAsync();
        await page.GetByTestId("outbox-row").First.GetByTestId("resend").ClickAsync();
        await ConfirmAsync(page, "resend", "Belum diterima");
        await Expect(page.GetByText("Dikirim ulang sekarang")).ToBeVisibleAsync(Visible);

        // 9. The gateway is down: top-ups stop with a banner, and go on.
        await page.GotoAsync("/admin/switches");
        await page.GetByTestId("switch-Deposits").ClickAsync();
        await ConfirmAsync(page, "switch", "Gerbang gangguan");
        await Expect(page.Locator("[data-switch=Deposits] [class*=status-warn]")).ToBeVisibleAsync(Visible);
        await Eventually.Async(
            async () => (await customer.CreateDepositAsync(new CreateDepositRequest(50_000, "BRIVA"), IdempotencyKey.New())).Failure?.Code == "deposits_stopped", Patience, "top-ups are stopped");
        await page.GetByTestId("switch-Deposits").ClickAsync();
        await ConfirmAsync(page, "switch", "Pulih");
        await Expect(page.Locator("[data-switch=Deposits] [class*=status-warn]")).ToHaveCountAsync(0, Count);

        // 10. The day against the ledger, and the books.
        await page.GotoAsync("/admin/settlement");
        await Expect(page.GetByTestId("settlement")).ToBeVisibleAsync(Visible);
        await page.GotoAsync("/admin/wallets");
        await Expect(page.GetByTestId("trial-balance")).ToHaveAttributeAsync("data-balanced", "true", Attribute);

        // 5, the order that hangs: given up, its money is free, and it is ordered again.
        // Again a token of its own.
        await StuckOrderAsync(page, await SignInAsync());
    }

    async Task StuckOrderAsync(IPage page, WebranaSession customer)
    {
        await PostAsync($"{sandbox.Addresses.DigitalOcean}/_sandbox/faults", new { kind = "status_429", count = -1, path = "/v2/*", seconds = 1 });
        string order;
        try
        {
            order = await OrderAsync(customer, "toko-macet");
            await PostAsync($"{sandbox.Addresses.Control}/clock", new { advance = "PT12M" });
            await page.GotoAsync("/admin/orders");
            var late = page.GetByTestId("stuck-row").Filter(new() { HasText = "toko-macet" });
            await late.GetByTestId("fail-open").ClickAsync();
            await ConfirmAsync(page, "fail-order", "Penyedia tidak menjawab");
            await Eventually.Async(async () => (await customer.WalletAsync()).Value is { Held: 0 }, Patience, "the money is free");
        }
        finally
        {
            using var cleared = await _http.DeleteAsync(new Uri($"{sandbox.Addresses.DigitalOcean}/_sandbox/faults"));
        }

        await page.GotoAsync("/admin/orders?trouble=Failed");
        var failed = page.GetByTestId("stuck-row").Filter(new() { HasText = "toko-macet" });
        await failed.GetByTestId("retry-open").ClickAsync();
        await ConfirmAsync(page, "retry-order", "Pelanggan minta diulang");
        await Expect(failed.GetByTestId("placed-again")).ToBeVisibleAsync(Visible);
        await Eventually.Async(
            async () => (await customer.InstancesAsync(InstanceStatus.Running)).Value!.Items.Any(one => one.Name == "toko-macet" && one.Id != order), Patience, "the new order runs");
    }

    static async Task PayOutAsync(IPage page, long amountIdr, string reference, string reason)
    {
        await page.GetByTestId("payout-open").ClickAsync();
        await page.GetByTestId("payout-amount").FillAsync(amountIdr.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await page.GetByTestId("payout-reference").FillAsync(reference);
        await ConfirmAsync(page, "payout", reason);
    }

    /// <summary>A second person at the desk, whose role an admin gives in the panel.</summary>
    async Task<IPage> ColleagueAsync(IPage admin)
    {
        await sandbox.RegisterAsync(Colleague, "Dewi Keuangan", Password);
        await FindAsync(admin, Colleague);
        await admin.GetByTestId("roles-open").ClickAsync();
        await admin.GetByTestId("role-Finance").ClickAsync();
        await ConfirmAsync(admin, "roles", "Mulai bertugas di keuangan");
        var page = await sandbox.VisitAsync();
        await SignInAsync(page, Colleague, Password);
        return page;
    }

    static async Task ApproveAsync(IPage colleague, string reference)
    {
        await colleague.GotoAsync("/admin/money-requests?status=Pending");
        var waiting = colleague.GetByTestId("request-row").Filter(new() { HasText = reference });
        await waiting.GetByTestId("request-decide").ClickAsync();
        await colleague.GetByTestId("request-reason").FillAsync("Bukti transfer cocok");
        await colleague.GetByTestId("request-approve").ClickAsync();
        await Expect(waiting).ToHaveCountAsync(0, Count);
    }

    static async Task ConfirmAsync(IPage page, string sheet, string reason)
    {
        await page.GetByTestId($"{sheet}-reason").FillAsync(reason);
        await page.GetByTestId($"{sheet}-confirm").ClickAsync();
        await Expect(page.GetByTestId($"{sheet}-confirm")).ToHaveCountAsync(0, Count);
    }

    static async Task FindAsync(IPage page, string words)
    {
        await page.GotoAsync("/admin/search");
        await page.GetByTestId("desk-search").FillAsync(words);
        await page.GetByTestId("desk-search").PressAsync("Enter");
        await page.GetByTestId("found-row").First.GetByRole(AriaRole.Link).First.ClickAsync();
    }

    static async Task<long> BalanceAsync(IPage page, string userId)
    {
        await page.GotoAsync($"/admin/customers/{userId}");
        var shown = page.GetByTestId("customer-balance");
        await Expect(shown).ToContainTextAsync("Rp", Contains);
        return long.Parse(string.Concat((await shown.InnerTextAsync()).Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task SignInAsync(IPage page, string email, string password)
    {
        await page.GotoAsync("/login");
        await page.GetByTestId("email").FillAsync(email);
        await page.GetByTestId("password").FillAsync(password);
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers");
    }

    async Task<WebranaSession> SignInAsync(string email = Email)
    {
        var client = new WebranaClient(_api);
        return client.As((await client.Auth.LoginAsync(new LoginRequest(email, Password))).Value!.AccessToken);
    }

    async Task<string> OrderAsync(WebranaSession customer, string name)
    {
        var plan = await sandbox.CheapestMonthlyPlanAsync("sgp1");
        var ordered = await customer.CreateOrderAsync(new CreateOrderRequest(plan.Id, "sgp1", await sandbox.UbuntuAsync(), name, BillingPeriod.Monthly), IdempotencyKey.New());
        Assert.True(ordered.IsOk, ordered.Failure?.Code);
        return ordered.Value.InstanceId;
    }

    /// <summary>A payment of our merchant that no deposit of ours knows of: another program of the shop's made it, or it is the second one of this invoice.</summary>
    async Task<string> ForeignPaymentAsync(long amountIdr, string? invoice = null)
    {
        var reference = invoice ?? $"KASIR-{Guid.NewGuid():N}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{sandbox.Addresses.Tripay}/api-sandbox/transaction/create");
        request.Headers.Authorization = new("Bearer", sandbox.Addresses.TripayApiKey);
        request.Headers.UserAgent.ParseAdd("kasir/1"); // Without one the gateway's own front turns programs away.
        request.Content = JsonContent.Create(new
        {
            method = "BRIVA", merchant_ref = reference, amount = amountIdr, customer_name = "Ani", customer_email = "ani@example.com",
            order_items = new[] { new { sku = "X", name = "X", price = amountIdr, quantity = 1 } },
            signature = Convert.ToHexStringLower(HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(sandbox.Addresses.TripayPrivateKey), Encoding.UTF8.GetBytes($"{sandbox.Addresses.TripayMerchantCode}{reference}{amountIdr}"))),
        });
        using var made = await _http.SendAsync(request);
        var body = await made.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(made.IsSuccessStatusCode, body.ToString());
        var payment = body.GetProperty("data").GetProperty("reference").GetString()!;
        await sandbox.PayAsync(payment);
        return payment;
    }

    async Task EnrollAsync()
    {
        var customer = await SignInAsync();
        var setup = (await customer.SetUpTwoFactorAsync(new SetUpTwoFactorRequest(Password))).Value!;
        var enabled = await customer.EnableTwoFactorAsync(new EnableTwoFactorRequest(CodeOf(setup.Secret.Replace(" ", "", StringComparison.Ordinal))));
        Assert.True(enabled.IsOk, enabled.Failure?.Code);
    }

    /// <summary>RFC 6238, as an authenticator app computes it.</summary>
    static string CodeOf(string secret)
    {
        var bits = string.Concat(secret.TrimEnd('=').Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2)).ToArray();
        var step = BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30));
#pragma warning disable CA5350 // The standard's own hash; every app speaks it.
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        var offset = hash[^1] & 15;
        var number = (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset, 4)) & int.MaxValue) % 1_000_000;
        return number.ToString("000000", System.Globalization.CultureInfo.InvariantCulture);
    }

    async Task PostAsync(string address, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(address), body);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    static string Rupiah(long amount) => "Rp " + amount.ToString("#,##0", new System.Globalization.NumberFormatInfo { NumberGroupSeparator = "." });
}
