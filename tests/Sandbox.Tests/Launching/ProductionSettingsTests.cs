using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What <c>doctor --production</c> sees in the settings alone.</summary>
public sealed partial class ProductionSettingsTests : IDisposable
{
    static readonly DateTimeOffset Now = new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Dictionary<string, string> Complete()
    {
        using var key = RSA.Create(2048);
        var certificate = new CertificateRequest("CN=webrana", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(Now.AddDays(-1), Now.AddYears(2));
        var file = Path.Combine(_folder.Path, "ring.p12");
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, "ring-password"));
        var stamp = Path.Combine(_folder.Path, "backup.stamp");
        File.WriteAllText(stamp, "");
        File.SetLastWriteTimeUtc(stamp, Now.AddHours(-3).UtcDateTime);
        return new()
        {
            ["WEBRANA_INSTALL"] = "toko-vps", ["POSTGRES_OWNER_PASSWORD"] = new('o', 30), ["POSTGRES_APP_PASSWORD"] = new('a', 30),
            ["WEB_PUBLIC_URL"] = "https://panel.example.com", ["API_PUBLIC_URL"] = "https://api.example.com",
            ["TRIPAY_API_KEY"] = "live-key", ["TRIPAY_PRIVATE_KEY"] = "private", ["TRIPAY_MERCHANT_CODE"] = "T1234",
            ["DIGITALOCEAN_TOKEN"] = "dop_v1_" + new string('0', 64), ["SMTP_HOST"] = "smtp.example.com", ["SMTP_FROM"] = "Toko <no-reply@example.com>",
            ["PROMOS_IDENTITY_KEY"] = new('p', 40), ["PROTECTION_CERTIFICATE_FILE"] = file, ["PROTECTION_CERTIFICATE_PASSWORD"] = "ring-password",
            ["WEB_PROTECTION_CERTIFICATE_FILE"] = file, ["WEB_PROTECTION_CERTIFICATE_PASSWORD"] = "ring-password", ["BACKUP_STAMP_FILE"] = stamp,
            ["HELP_WHATSAPP"] = "6281234567890", ["DESK_PROVIDER_CREDIT_USD"] = "0", ["DESK_ALARM_WEBHOOK_URL"] = "none",
            ["SELLER_NAME"] = "PT Toko Server", ["SELLER_ADDRESS"] = "Jalan Merdeka 1, Bandung", ["SELLER_EMAIL"] = "faktur@example.com",
        };
    }

    [Fact]
    public void A_complete_set_lacks_nothing() => Assert.All(ProductionSettings.Judge(Complete(), Now), finding => Assert.True(finding.Ok, finding.ToString()));

    [Fact]
    public void An_empty_one_lacks_everything_and_says_how_to_get_it()
    {
        var findings = ProductionSettings.Judge(new Dictionary<string, string>(), Now).ToList();
        Assert.All(findings, finding => Assert.False(finding.Ok, finding.ToString()));
        Assert.All(findings, finding => Assert.True(finding.Note.Length > 20));
    }

    [Theory]
    [InlineData("WEBRANA_INSTALL", "Toko VPS!")]
    [InlineData("POSTGRES_APP_PASSWORD", "short")]
    [InlineData("POSTGRES_APP_PASSWORD", "oooooooooooooooooooooooooooooo")]
    [InlineData("WEB_PUBLIC_URL", "http://panel.example.com")]
    [InlineData("WEB_PUBLIC_URL", "https://203.0.113.7")]
    [InlineData("API_PUBLIC_URL", "https://example.com/api")]
    [InlineData("TRIPAY_API_KEY", "DEV-abc")]
    [InlineData("DIGITALOCEAN_TOKEN", "sandbox-token")]
    [InlineData("SMTP_FROM", "Webrana <no-reply@webrana.local>")]
    [InlineData("SMTP_USER", "a login without its password")]
    [InlineData("PROMOS_IDENTITY_KEY", "short")]
    [InlineData("PROTECTION_CERTIFICATE_FILE", "/nowhere.p12")]
    [InlineData("PROTECTION_CERTIFICATE_PASSWORD", "wrong")]
    [InlineData("WEB_PROTECTION_CERTIFICATE_FILE", "")]
    [InlineData("WEB_PROTECTION_CERTIFICATE_PASSWORD", "wrong")]
    [InlineData("BACKUP_STAMP_FILE", "/nowhere.stamp")]
    [InlineData("HELP_WHATSAPP", "")]
    [InlineData("SELLER_NAME", "")]
    [InlineData("SELLER_ADDRESS", "Bandung")]
    [InlineData("SELLER_EMAIL", "")]
    [InlineData("SELLER_EMAIL", "faktur@localhost")]
    [InlineData("SELLER_TAX_ID", "12345")]
    [InlineData("DESK_SINGLE_HANDED_IDR", "satu juta")]
    [InlineData("DESK_PROVIDER_BUDGET_USD", "-5")]
    [InlineData("DESK_FEW_DROPLETS_LEFT", "lima")]
    [InlineData("DESK_PROVIDER_CREDIT_USD", "lima puluh")]
    [InlineData("DESK_PROVIDER_CREDIT_USD", "")]
    [InlineData("DESK_DRIFT_ALARM_MINUTES", "1 jam")]
    [InlineData("DESK_ALARM_WEBHOOK_URL", "")]
    [InlineData("DESK_ALARM_WEBHOOK_URL", "no")]
    [InlineData("DESK_ALARM_WEBHOOK_URL", "http://alarms.example.com")]
    [InlineData("DESK_ALARM_WEBHOOK_URL", "https://alarms.example.com")]
    [InlineData("DESK_ALARM_WEBHOOK_KEY", "a key without a webhook to sign for")]
    public void One_wrong_setting_is_one_finding(string name, string value)
    {
        var settings = Complete();
        settings[name] = value;
        Assert.Single(ProductionSettings.Judge(settings, Now), finding => !finding.Ok);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.9", true)]
    [InlineData("fd00::5", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("203.0.113.7", false)]
    [InlineData("shop.example.com", false)]
    public void Nobody_gets_past_the_proxy(string listen, bool ok)
    {
        var settings = Complete();
        settings["LISTEN_ADDRESS"] = listen;
        Assert.All(ProductionSettings.Judge(settings, Now).Where(finding => finding.Name is "Panel" or "API"), finding => Assert.Equal(ok, finding.Ok));
    }

    [Fact]
    public void A_webhook_with_its_key_is_where_alarms_go_too()
    {
        var settings = Complete();
        (settings["DESK_ALARM_WEBHOOK_URL"], settings["DESK_ALARM_WEBHOOK_KEY"], settings["DESK_SINGLE_HANDED_IDR"]) = ("https://alarms.example.com/in", new('k', 24), "2500000");
        settings["DESK_PROVIDER_CREDIT_USD"] = "150";
        var desk = Assert.Single(ProductionSettings.Judge(settings, Now), finding => finding.Name == "Desk");
        Assert.True(desk.Ok, desk.ToString());
        Assert.Contains("alarms.example.com", desk.Note, StringComparison.Ordinal);
        // Of chat services the path is the secret, and what the doctor says is kept and pasted.
        Assert.DoesNotContain("/in", desk.Note, StringComparison.Ordinal);
        Assert.Contains("Rp 2500000", desk.Note, StringComparison.Ordinal);
        Assert.Contains("USD 150 left in advance", desk.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_webhook_it_is_said_what_nobody_hears_of()
    {
        var desk = Assert.Single(ProductionSettings.Judge(Complete(), Now), finding => finding.Name == "Desk");
        Assert.True(desk.Ok, desk.ToString());
        Assert.Contains("mail alone: of mails that are stuck nobody hears", desk.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Desk__SingleHandedIdr: ${DESK_SINGLE_HANDED_IDR:-1000000}")]
    [InlineData("Desk__ProviderBudgetUsd: ${DESK_PROVIDER_BUDGET_USD:-0}")]
    [InlineData("Desk__FewDropletsLeft: ${DESK_FEW_DROPLETS_LEFT:-5}")]
    [InlineData("Desk__ProviderCreditUsd: ${DESK_PROVIDER_CREDIT_USD:-0}")]
    [InlineData("Desk__ProviderOwedUsd: ${DESK_PROVIDER_OWED_USD:-0}")]
    [InlineData("Desk__DriftAlarmMinutes: ${DESK_DRIFT_ALARM_MINUTES:-60}")]
    [InlineData("Desk__SettlementToleranceIdr: ${DESK_SETTLEMENT_TOLERANCE_IDR:-0}")]
    [InlineData("Desk__AlarmWebhookUrl: ${DESK_ALARM_WEBHOOK_URL:-}")]
    [InlineData("Desk__AlarmWebhookKey: ${DESK_ALARM_WEBHOOK_KEY:-}")]
    public void What_the_desk_is_told_reaches_the_API(string line) =>
        Assert.Contains(line, File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml")), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://tiket.example/?c={customer}&s={server}", true, "customers write to https://tiket.example")]
    [InlineData("mailto:tolong@example.com?subject={customer}%20{server}&body={text}", true, "customers write to mailto:")]
    [InlineData("https://tiket.example/?c={customer}", false, "has no {server} in it")]
    [InlineData("https://tiket.example/?c={Customer}&s={text}", false, "has no {customer} and no {server} in it")]
    [InlineData("http://tiket.example/?c={customer}&s={server}", false, "HELP_TICKET_URL, https or mailto")]
    public void A_ticket_form_is_told_who_asks_and_about_which_server(string ticket, bool ok, string said)
    {
        var settings = Complete();
        (settings["HELP_WHATSAPP"], settings["HELP_TICKET_URL"]) = ("", ticket);
        var help = Assert.Single(ProductionSettings.Judge(settings, Now), finding => finding.Name == "Help");
        Assert.True(help.Ok == ok, help.ToString());
        Assert.Contains(said, help.Note, StringComparison.Ordinal);
    }

    /// <summary>What the page has set reaches a process, or is the doctor's own.</summary>
    [Fact]
    public void Every_setting_of_the_page_is_passed_on_or_asked_for_by_the_doctor_alone()
    {
        var named = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "GO-LIVE.md")).Where(line => Step().IsMatch(line))
            .SelectMany(line => Setting().Matches(line.Split(" | ")[2])).Select(match => match.Groups[1].Value).Distinct().ToList();
        var passed = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));
        Assert.Contains("HELP_TICKET_URL", named);
        // Where the certificate lies on this host is the doctor's to know: silos and API have theirs at a place of its own.
        Assert.Equal(
            ["BACKUP_STAMP_FILE", "DATABASE_URL", "DOCTOR_NAME_SERVER", "PROTECTION_CERTIFICATE_FILE", "SMTP_DKIM_SELECTOR", "WEB_PROTECTION_CERTIFICATE_FILE"],
            named.Where(name => !passed.Contains($"${{{name}:", StringComparison.Ordinal) && !passed.Contains($"${{{name}}}", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_NPWP_is_taken_as_people_write_it()
    {
        var settings = Complete();
        settings["SELLER_TAX_ID"] = "01.234.567.8-901.000";
        var seller = Assert.Single(ProductionSettings.Judge(settings, Now), finding => finding.Name == "Seller");
        Assert.True(seller.Ok, seller.ToString());
        Assert.Contains("NPWP 01.234.567.8-901.000", seller.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Smtp__User: ${SMTP_USER:-}")]
    [InlineData("Smtp__Password: ${SMTP_PASSWORD:-}")]
    [InlineData("Papers__SellerName: ${SELLER_NAME:?set SELLER_NAME, it stands on every invoice}")]
    [InlineData("Papers__SellerAddress: ${SELLER_ADDRESS:?set SELLER_ADDRESS, it stands on every invoice}")]
    [InlineData("Papers__SellerEmail: ${SELLER_EMAIL:-}")]
    [InlineData("Papers__SellerTaxId: ${SELLER_TAX_ID:-}")]
    public void What_mails_and_papers_need_reaches_the_silo(string line) =>
        Assert.Contains(line, File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml")), StringComparison.Ordinal);

    /// <summary>What faces the visitors has its own certificate and its own secrets, and none of silos and API.</summary>
    [Theory]
    [InlineData("Web__Protection__CertificateFile: /run/secrets/ring.p12")]
    [InlineData("Web__Protection__CertificatePassword: ${WEB_PROTECTION_CERTIFICATE_PASSWORD:?")]
    [InlineData("\"./secrets/web:/run/secrets:ro\"")]
    public void The_panel_is_given_a_certificate_of_its_own(string line)
    {
        var compose = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));
        var from = compose.IndexOf("\n  web:\n", StringComparison.Ordinal);
        var web = compose[from..compose.IndexOf("\n  demo-postgres:\n", from, StringComparison.Ordinal)];
        Assert.Contains(line, web, StringComparison.Ordinal);
        Assert.DoesNotContain("\"./secrets:", web, StringComparison.Ordinal);
        Assert.DoesNotContain("${PROTECTION_", web, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_ends_soon_and_a_backup_of_last_week_are_findings() => Assert.Equal(
        ["Backup", "Key ring", "Panel keys"], ProductionSettings.Judge(Complete(), Now.AddYears(2).AddDays(-7)).Where(finding => !finding.Ok).Select(finding => finding.Name).Order());

    [Fact]
    public void A_file_of_secrets_is_its_owners_alone()
    {
        Assert.True(ProductionSettings.EnvFile(null).Ok);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var file = _folder.Combine(".env");
        File.WriteAllText(file, "A=1");
        foreach (var (mode, ok) in new[] { ("rw-------", true), ("r--------", true), ("rw-r-----", false), ("rw----r--", false), ("rw---x---", false) })
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, ModeOf(mode));
            var finding = ProductionSettings.EnvFile(file);
            Assert.True(finding.Ok == ok, $"{mode}: {finding}");
            Assert.True(ok || finding.Note.EndsWith($"chmod 600 {file}", StringComparison.Ordinal));
        }

        // As ls writes it.
        static UnixFileMode ModeOf(string letters) => (UnixFileMode)letters.Aggregate(0, (bits, letter) => (bits << 1) | (letter == '-' ? 0 : 1));
    }

    [Fact]
    public void A_file_of_settings_is_read_as_compose_reads_it() => Assert.Equal(
        new Dictionary<string, string> { ["A"] = "1", ["B"] = "two words", ["C"] = "x=y" },
        ProductionSettings.Read(["# comment", "", " A = 1 ", "B=\"two words\"", "C='x=y'", "nonsense"]));

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex Step();

    [GeneratedRegex("`([A-Z][A-Z_]+)`")]
    private static partial Regex Setting();
}
