using System.Globalization;
using Webrana.Web.Admin;
using Webrana.Web.Localization;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Web.Tests.Pages;

/// <summary>A line leads only where its reader may go: a link that ends at a closed door is none.</summary>
public sealed class TimelineViewTests
{
    const string Customer = "0193a1c0-0000-7000-8000-00000000000a";

    static TimelineEntry Entry(string kind, string? subject, string? why, string id = "1") =>
        new(new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero), kind, id, "x", null, null, null, subject, why, null);

    static Func<string, bool> Holding(string role) => roles => roles.Split(',').Contains(role);

    [Theory]
    [InlineData("ADMIN", "instance:i-1", "audit:1", "/admin/audit?subject=instance%3Ai-1", Roles.Admin)]
    [InlineData("REQUEST", "wallet:u-1", "request:1", "/admin/money-requests", Roles.MoneyDesk)]
    [InlineData("MONEY", null, "payout:1", "/admin/money-requests", Roles.MoneyDesk)]
    [InlineData("NOTICE", null, "outbox:u-1", "/admin/outbox?userId=u-1", Roles.CareDesk)]
    [InlineData("SIGN_IN", null, "10.0.0.7", "/admin/search?q=10.0.0.7", Roles.Staff)]
    public void A_cause_is_linked_for_the_roles_whose_page_it_is_and_for_no_other(string kind, string? subject, string why, string link, string roles)
    {
        foreach (var role in Roles.Staff.Split(','))
            Assert.Equal(roles.Split(',').Contains(role) ? link : null, TimelineView.WhyLink(Entry(kind, subject, why), Holding(role)));
    }

    [Theory]
    [InlineData("droplet:i-1", "/admin/instances/i-1", Roles.CareDesk)]
    [InlineData("instance:i-1", "/admin/instances/i-1", Roles.CareDesk)]
    [InlineData("wallet:u-1", "/admin/customers/u-1", Roles.Staff)]
    [InlineData("payment-case:c-1", "/admin/payments", Roles.MoneyDesk)]
    [InlineData("promo:p-1", "/admin/promos/p-1", Roles.Admin)]
    public void A_subject_is_linked_for_the_roles_whose_page_it_is_and_for_no_other(string subject, string link, string roles)
    {
        foreach (var role in Roles.Staff.Split(','))
            Assert.Equal(roles.Split(',').Contains(role) ? link : null, TimelineView.SubjectLink(Entry("ADMIN", subject, null), Holding(role)));
    }

    [Theory]
    [InlineData("ORDER", "RUNNING", "Berjalan", "Running")]
    [InlineData("DEPOSIT", "PAID", "Lunas", null)]
    [InlineData("ORDER", "NEW_WORD", "NEW_WORD", "NEW_WORD")]
    [InlineData("NOTICE", "READ", null, null)]
    [InlineData("ORDER", null, "", "")]
    public void How_it_stands_is_said_in_the_readers_language_where_there_is_a_word(string kind, string? status, string? indonesian, string? english)
    {
        var entry = Entry(kind, null, null) with { Status = status, Text = "toko" };
        foreach (var (culture, word) in new[] { (CultureInfo.InvariantCulture, indonesian), (CultureInfo.GetCultureInfo("en"), english) })
        {
            var texts = new Texts(culture);
            if (word is null)
                Assert.NotEqual(status, TimelineView.State(entry, texts));
            else
                Assert.Equal(word, TimelineView.State(entry, texts));
            if (kind != "NOTICE")
                Assert.Equal($"toko · {TimelineView.State(entry, texts)}", TimelineView.Title(entry, texts));
        }
    }

    [Theory]
    [InlineData("adjustment:1")]
    [InlineData($"closing:{Customer}:1")]
    public void A_correction_and_what_was_given_up_lead_to_the_audit_lines_of_their_own_wallet(string why) => Assert.Equal(
        $"/admin/audit?subject=wallet%3A{Customer}", TimelineView.WhyLink(Entry("MONEY", null, why, $"{Customer}-7"), Holding(Roles.Admin)));
}
