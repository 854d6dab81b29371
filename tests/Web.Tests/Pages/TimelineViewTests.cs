using System.Globalization;
using Webrana.Web.Admin;
using Webrana.Web.Localization;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Wallets;

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

    // With the operation ids that each part books them under.
    static readonly (ReferenceType Type, string Operation)[] Money =
    [
        (ReferenceType.Deposit, "tripay:T1"), (ReferenceType.Deposit, "refund:T1"), (ReferenceType.VpsPayment, "order:i:capture"), (ReferenceType.Renewal, "renew:i:2"),
        (ReferenceType.Renewal, "restore:i:2:1:capture"), (ReferenceType.Promo, "promo:p:d"), (ReferenceType.Promo, "take-back:promo:p:d"),
        (ReferenceType.Refund, "refund:renew:i:2"), (ReferenceType.Refund, "renew:i:2:owed"), (ReferenceType.Refund, "repay:7"), (ReferenceType.Refund, "payout:1"),
        (ReferenceType.Adjustment, "adjustment:1"), (ReferenceType.Adjustment, $"closing:{Customer}:1"), (ReferenceType.Adjustment, "tripay:T2"),
        (ReferenceType.PlanChange, "plan-change:i:1"), (ReferenceType.Addon, "addon:i:2:backups:1"), (ReferenceType.BonusExpiry, "expiry:promo:p:d"),
    ];

    /// <summary>Of everything that may stand on a timeline, as <c>Timelines</c> names it.</summary>
    public static TheoryData<string, string, string?, string?, string> Rows()
    {
        const string Server = "droplet:0193a1c0-0000-7000-8000-00000000000b";
        var rows = new TheoryData<string, string, string?, string?, string>
        {
            { "DEPOSIT", "DEPOSIT", "deposit:d-1", null, Roles.Staff },
            { "DEPOSIT", "DEPOSIT", "deposit:d-1", "amount_differs", Roles.Staff },
            { "ORDER", "ORDER", Server, null, Roles.CareDesk },
            { "ORDER", "ORDER", $"account:{Customer}", "out_of_capacity", Roles.CareDesk },
            { "SIGN_IN", "WEB", null, "10.0.0.7", Roles.Staff },
            { "ADMIN", "instance.suspended", "instance:i-1", "audit:1", Roles.CareDesk },
            { "ADMIN", "role.given", $"account:{Customer}", "audit:1", Roles.Staff },
            { "REQUEST", "PAYOUT", $"wallet:{Customer}", "request:1", Roles.Staff },
            { "NOTICE", "deposit.paid", null, $"outbox:{Customer}", Roles.CareDesk },
        };
        foreach (var subject in new[] { Server, $"account:{Customer}" })
            rows.Add("ACTION", "Reboot", subject, "reboot-1", Roles.CareDesk);
        foreach (var (type, why) in Money)
            rows.Add("MONEY", type.ToString(), null, why, Roles.Staff);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Whatever_stands_there_leads_somewhere_for_everybody_who_sees_it(string kind, string what, string? subject, string? why, string roles)
    {
        foreach (var role in roles.Split(','))
        {
            foreach (var actor in new[] { null, $"user:{Customer}", $"admin:{Customer}", "system" })
            {
                var entry = Entry(kind, subject, why, $"{Customer}-7") with { What = what, Actor = actor };
                Assert.True((TimelineView.WhyLink(entry, Holding(role)) ?? TimelineView.SubjectLink(entry, Holding(role))) is not null, $"{kind} {what} {why} for {role}");
                // Money always by its cause: its subject is only what it was paid for.
                if (kind == "MONEY")
                    Assert.NotNull(TimelineView.WhyLink(entry, Holding(role)));
            }
        }
    }

    [Fact]
    public void Every_type_of_money_is_asked_about() =>
        Assert.Equal(Enum.GetValues<ReferenceType>().Order(), Money.Select(one => one.Type).Distinct().Order());

    [Theory]
    [InlineData("repay:7")]
    [InlineData("renew:i:2")]
    [InlineData("adjustment:1")]
    public void Money_without_a_page_of_its_cause_leads_to_its_line_in_the_ledger(string why) => Assert.Equal(
        $"/admin/customers/{Customer}?row=7#ledger", TimelineView.WhyLink(Entry("MONEY", null, why, $"{Customer}-7"), Holding(Roles.Finance)));

    [Theory]
    [InlineData("admin:a-1", Roles.Admin, "/admin/audit?subject=instance%3Ai-1")]
    [InlineData("admin:a-1", Roles.Support, null)]
    [InlineData("user:u-1", Roles.Support, "/admin/customers/u-1")]
    [InlineData("system", Roles.Support, "/admin/instances/i-1")]
    public void An_action_leads_to_who_asked_for_it(string actor, string role, string? link) =>
        Assert.Equal(link, TimelineView.WhyLink(Entry("ACTION", "droplet:i-1", "reboot-1", "i-1/reboot-1") with { Actor = actor }, Holding(role)));

    [Fact]
    public void A_failed_order_leads_to_those_that_failed() => Assert.Equal(
        "/admin/orders?trouble=Failed", TimelineView.WhyLink(Entry("ORDER", "droplet:i-1", "out_of_capacity"), Holding(Roles.Support)));
}
