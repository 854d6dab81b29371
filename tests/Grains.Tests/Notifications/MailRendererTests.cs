using System.Text;
using Webrana.Contracts.Notifications;
using Webrana.Grains.Notifications;

namespace Webrana.Grains.Tests.Notifications;

public sealed class MailRendererTests
{
    static readonly Dictionary<string, string> Values = new()
    {
        ["amount"] = "150000",
        ["balance"] = "1250000",
        ["shortfall"] = "42500",
        ["server"] = "web-1",
        ["ip"] = "203.0.113.7",
        ["reason"] = "Singapore is full",
        ["nextRenewal"] = "2026-12-15T07:30:00Z",
        ["dueAt"] = "2026-12-31T17:05:00Z",
        ["email"] = "baru@example.com",
        ["device"] = "Firefox on Fedora",
        ["address"] = "203.0.113.9",
        ["at"] = "2026-12-15T07:30:00Z",
        ["change"] = "two_factor_on",
        ["url"] = "https://webrana.example/x?a=1&b=2",
    };

    static MailIntent Mail(MailTemplate template, Dictionary<string, string>? values = null) => new("m-1", template, values ?? Values);

    public static TheoryData<MailTemplate, string> Every()
    {
        var data = new TheoryData<MailTemplate, string>();
        foreach (var template in Enum.GetValues<MailTemplate>())
        {
            data.Add(template, "id");
            data.Add(template, "en");
        }
        return data;
    }

    [Theory, MemberData(nameof(Every))]
    public void Every_template_reads_as_agreed_in_both_languages(MailTemplate template, string locale)
    {
        var mail = MailRenderer.Render(Mail(template), locale);
        var actual = new StringBuilder().AppendLine(mail.Subject).AppendLine("----").Append(mail.Text).AppendLine("----").Append(mail.Html).ToString();
        var golden = Path.Combine(AppContext.BaseDirectory, "Notifications", "Golden", $"{template}.{locale}.txt");
        Assert.True(File.Exists(golden), $"No golden file {golden}; it should hold:\n{actual}");
        Assert.Equal(File.ReadAllText(golden), actual);
    }

    [Theory, MemberData(nameof(Every))]
    public void Nothing_is_left_to_fill_in(MailTemplate template, string locale)
    {
        var mail = MailRenderer.Render(Mail(template), locale);
        Assert.DoesNotContain("{", mail.Subject + mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.InRange(mail.Subject.Length, 10, 78);
    }

    [Fact]
    public void Money_and_time_are_written_as_people_in_Jakarta_write_them()
    {
        Assert.Contains("Rp 42.500", MailRenderer.Render(Mail(MailTemplate.BalanceShort), "id").Subject, StringComparison.Ordinal);
        Assert.Contains("1 Jan 2027, 00.05 WIB", MailRenderer.Render(Mail(MailTemplate.BalanceShort), "id").Text, StringComparison.Ordinal);
        Assert.Contains("15 Des 2026, 14.30 WIB", MailRenderer.Render(Mail(MailTemplate.Renewed), "id").Text, StringComparison.Ordinal);
        Assert.Contains("15 Dec 2026, 14:30 WIB", MailRenderer.Render(Mail(MailTemplate.Renewed), "en").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_did_not_choose_English_reads_Indonesian() =>
        Assert.Equal(MailRenderer.Render(Mail(MailTemplate.DepositPaid), "id"), MailRenderer.Render(Mail(MailTemplate.DepositPaid), "fr"));

    [Fact]
    public void Values_are_text_and_never_markup_or_headers()
    {
        var mail = MailRenderer.Render(
            Mail(MailTemplate.OrderFailed, new(Values) { ["server"] = "<b>x</b>\r\nBcc: a@b.c", ["reason"] = "\"><script>" }), "en");
        Assert.DoesNotContain("<b>x", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", mail.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url", "javascript:alert(1)")]
    [InlineData("url", "/wallet")]
    [InlineData("amount", "Rp 5")]
    [InlineData("balance", null)]
    public void A_value_that_cannot_be_used_is_the_callers_bug(string name, string? value)
    {
        var values = new Dictionary<string, string>(Values);
        if (value is null) values.Remove(name);
        else values[name] = value;
        Assert.Throws<ArgumentException>(() => MailRenderer.Render(Mail(MailTemplate.DepositPaid, values), "id"));
    }

    [Fact]
    public void A_time_that_cannot_be_read_is_the_callers_bug() =>
        Assert.Throws<ArgumentException>(() => MailRenderer.Render(Mail(MailTemplate.Renewed, new(Values) { ["nextRenewal"] = "tomorrow" }), "id"));
}
