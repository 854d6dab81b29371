using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Webrana.Contracts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Data.Protection;
using Webrana.Notices;

namespace Webrana.Grains.Tests.Notifications;

public sealed class NoticeRendererTests
{
    const string Panel = "https://webrana.example";

    static readonly InstanceId Instance = new(Guid.NewGuid());

    static RenderedNotice Render(NoticeKind kind, string locale) => NoticeRenderer.Render(NoticeSamples.Of(kind), locale, Panel);

    public static TheoryData<NoticeKind, string> Every()
    {
        var data = new TheoryData<NoticeKind, string>();
        foreach (var kind in Enum.GetValues<NoticeKind>())
        {
            data.Add(kind, "id");
            data.Add(kind, "en");
        }
        return data;
    }

    /// <summary>The files are what people agreed on. To agree on something else, copy the file that the failure names.</summary>
    [Theory, MemberData(nameof(Every))]
    public void Every_kind_reads_as_agreed_in_both_languages(NoticeKind kind, string locale)
    {
        var mail = Render(kind, locale);
        var actual = new StringBuilder().AppendLine(mail.Subject).AppendLine("----").Append(mail.Text).AppendLine("----").Append(mail.Html).ToString();
        var golden = Path.Combine(AppContext.BaseDirectory, "Notifications", "Golden", $"{kind}.{locale}.txt");
        if (File.Exists(golden) && File.ReadAllText(golden) == actual) return;
        var proposal = Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "proposals")).FullName, $"{kind}.{locale}.txt");
        File.WriteAllText(proposal, actual);
        Assert.Fail($"{golden} says something else than {proposal}:\n{actual}");
    }

    [Theory, MemberData(nameof(Every))]
    public void Nothing_is_left_to_fill_in_and_the_subject_fits_a_phone(NoticeKind kind, string locale)
    {
        var mail = Render(kind, locale);
        Assert.DoesNotContain("{", mail.Subject + mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.InRange(mail.Subject.Length, 10, 78);
        Assert.Equal(mail.Button is null, mail.Url is null);
        Assert.True(mail.Url is null || mail.Text.Contains(mail.Url, StringComparison.Ordinal));
    }

    /// <summary>As a silo of the release before meets it in a rolling upgrade: it would mail the panel's first page in place of the link, and forget the link.</summary>
    [Fact]
    public void A_mail_whose_link_is_closed_cannot_be_made_by_who_does_not_open_it()
    {
        var seal = new NoticeSeal(new EphemeralDataProtectionProvider());
        Assert.All(NoticeCatalogue.All.Where(rule => rule.HoldsLink), rule =>
        {
            var sample = NoticeSamples.Of(rule.Kind);
            var row = new NoticeRow(Guid.NewGuid(), Guid.NewGuid(), sample.NoticeId, $"{rule.Kind}", sample.Values.ToDictionary(), InPanel: false, DateTimeOffset.UnixEpoch);
            Assert.ThrowsAny<ArgumentException>(() => NoticeRenderer.Render(sample with { Values = seal.Close(row).Facts }, "id", Panel));
        });
    }

    [Fact]
    public void Every_kind_has_one_rule_and_no_two_share_a_code()
    {
        Assert.Equal(Enum.GetValues<NoticeKind>().Order(), NoticeCatalogue.All.Select(rule => rule.Kind).Order());
        Assert.All(NoticeCatalogue.All, rule => Assert.Same(rule, NoticeCatalogue.Find(rule.Code)));
        Assert.Null(NoticeCatalogue.Find("nobody.knows"));
    }

    [Fact]
    public void What_is_told_to_very_many_at_once_waits_behind_the_rest_and_nothing_that_must_be_heard_of_in_time_does() =>
        Assert.Equal(
            [NoticeKind.RenewalAhead, NoticeKind.Renewed, NoticeKind.PriceChange],
            NoticeCatalogue.All.Where(rule => rule.IsBulk).Select(rule => rule.Kind));

    [Fact]
    public void A_kind_whose_sample_carries_a_token_holds_a_link_and_is_mailed_alone()
    {
        var carrying = Enum.GetValues<NoticeKind>().Where(kind => NoticeSamples.Of(kind).Values.Values.Any(value => value.Contains("token=", StringComparison.Ordinal))).ToList();
        Assert.Equal(carrying.Order(), NoticeCatalogue.All.Where(rule => rule.HoldsLink).Select(rule => rule.Kind).Order());
        Assert.All(carrying, kind => Assert.Equal(NoticeReach.MailOnly, NoticeCatalogue.Of(kind).Reach));
    }

    [Fact]
    public void Money_and_time_are_written_as_people_in_Jakarta_write_them()
    {
        Assert.Contains("Rp 42.500", Render(NoticeKind.BalanceShort, "id").Subject, StringComparison.Ordinal);
        Assert.Contains("1 Jan 2027, 00.05 WIB", Render(NoticeKind.BalanceShort, "id").Text, StringComparison.Ordinal);
        Assert.Contains("15 Des 2026, 14.30 WIB", Render(NoticeKind.Renewed, "id").Text, StringComparison.Ordinal);
        Assert.Contains("15 Dec 2026, 14:30 WIB", Render(NoticeKind.Renewed, "en").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ready_server_says_how_to_log_in()
    {
        var key = NoticeRenderer.Render(Notice.ServerReady("n", Instance, "web-1", "203.0.113.7", LoginWay.Key), "en", Panel + "/");
        Assert.Equal("Your server runs at 203.0.113.7. Log in with your SSH key: ssh root@203.0.113.7.", key.Body);
        Assert.Equal($"{Panel}/servers/{Instance}", key.Url);
        Assert.Contains("ditampilkan sekali", Render(NoticeKind.ServerReady, "id").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bonus_that_never_lapses_says_so_and_a_reason_nobody_translated_stands_as_it_is()
    {
        Assert.EndsWith("It does not expire.", NoticeRenderer.Render(Notice.PromoCredited("n", 1, "P", null), "en", Panel).Body, StringComparison.Ordinal);
        Assert.Contains(": Penyedia tutup.", NoticeRenderer.Render(Notice.OrderFailed("n", default, "web-1", "Penyedia tutup", 1), "en", Panel).Body, StringComparison.Ordinal);
        Assert.Contains("the provider has no capacity", Render(NoticeKind.OrderFailed, "en").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_did_not_choose_English_reads_Indonesian() =>
        Assert.Equal(Render(NoticeKind.DepositPaid, "id"), Render(NoticeKind.DepositPaid, "fr"));

    [Fact]
    public void Values_are_text_and_never_markup_or_headers()
    {
        var mail = NoticeRenderer.Render(Notice.OrderFailed("n", default, "<b>x</b>\r\nBcc: a@b.c", "\"><script>", 1), "en", Panel);
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
        var values = new Dictionary<string, string>(NoticeSamples.Of(NoticeKind.DepositPaid).Values);
        if (value is null) values.Remove(name);
        else values[name] = value;
        Assert.Throws<ArgumentException>(() => NoticeRenderer.Render(new Notice("n", NoticeKind.DepositPaid, values), "id", Panel));
    }

    [Fact]
    public void A_time_that_cannot_be_read_is_the_callers_bug()
    {
        var values = new Dictionary<string, string>(NoticeSamples.Of(NoticeKind.Renewed).Values) { ["nextRenewal"] = "tomorrow" };
        Assert.Throws<ArgumentException>(() => NoticeRenderer.Render(new Notice("n", NoticeKind.Renewed, values), "id", Panel));
    }
}
