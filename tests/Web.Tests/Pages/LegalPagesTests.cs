using Microsoft.Playwright;
using Webrana.Web.Help;
using Webrana.Web.Legal;
using Webrana.Web.Tests.Browser;
using Webrana.Wire;
using Webrana.Wire.Legal;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

/// <summary>Reading and accepting the documents, and the way to help.</summary>
public sealed class LegalPagesTests(Panel panel) : IClassFixture<Panel>
{
    [Fact]
    public async Task Documents_are_open_to_everybody_and_their_text_is_never_markup()
    {
        await using var site = await panel.StartAsync();
        var visitor = await site.VisitAsync();
        await visitor.GotoAsync("/register");
        await Expect(visitor.GetByTestId("register-terms").GetByRole(AriaRole.Link)).ToHaveCountAsync(3);
        await visitor.GotoAsync("/legal/terms");
        await Expect(visitor.GetByTestId("legal").GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Syarat Layanan");
        await Expect(visitor.GetByTestId("legal")).ToContainTextAsync("Bacalah <b>sekali</b>.");
        await Expect(visitor.GetByTestId("legal").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        var missing = await visitor.GotoAsync("/legal/cookies");
        Assert.Equal(404, missing!.Status);
    }

    [Fact]
    public async Task A_new_version_is_asked_for_above_every_page_until_it_is_accepted()
    {
        await using var site = await panel.StartAsync();
        site.World.Legal[LegalDocumentName.Terms] = 2;
        var customer = await site.SignInAsync();
        await customer.GotoAsync("/wallet");
        await customer.GetByTestId("terms-notice").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(customer.GetByTestId("legal-missing")).ToBeVisibleAsync();
        await Expect(customer.GetByTestId("legal-item").Filter(new() { HasText = "Belum disetujui" })).ToHaveCountAsync(1);
        await customer.GetByTestId("legal-accept").ClickAsync();
        await Expect(customer.GetByTestId("terms-notice")).ToHaveCountAsync(0);
        await Expect(customer.GetByTestId("legal-accept")).ToHaveCountAsync(0);
        Assert.Equal(2, site.World.Accepted[LegalDocumentName.Terms]);
    }

    [Fact]
    public async Task An_admin_publishes_the_next_version_with_its_day_both_texts_and_a_reason()
    {
        await using var site = await panel.StartAsync();
        var admin = await site.SignInAsync("admin@example.com");
        await admin.GotoAsync("/admin/legal");
        await admin.GetByTestId("legal-publish").ClickAsync();
        await admin.GetByTestId("legal-from").FillAsync("2027-03-01");
        await admin.GetByTestId("legal-text-id").FillAsync("# Baru");
        await admin.GetByTestId("legal-sheet-reason").FillAsync("Aturan baru");
        await Expect(admin.GetByTestId("legal-sheet-confirm")).ToBeDisabledAsync();
        await admin.GetByTestId("legal-text-en").FillAsync("# New");
        await admin.GetByTestId("legal-sheet-confirm").ClickAsync();
        await Expect(admin.GetByTestId("legal-versions").GetByRole(AriaRole.Row)).ToHaveCountAsync(5);
        Assert.Equal((LegalDocumentName.Terms, 2, new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.FromHours(7))), (site.World.Published[0].Document, site.World.Published[0].Version, site.World.Published[0].EffectiveAt));
    }

    [Fact]
    public void A_text_is_read_line_by_line_with_items_that_follow_each_other_in_one_list()
    {
        var blocks = LegalReader.Read("# Nama\r\n\r\n## Bagian\n- satu\n- dua\n\nkalimat\n- tiga");
        Assert.Equal(
            ["Title:Nama", "Heading:Bagian", "Item:satu|Item:dua", "Paragraph:kalimat", "Item:tiga"],
            blocks.Select(block => string.Join('|', block.Select(line => $"{line.Kind}:{line.Text}"))));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("+62 812-3456", null, "https://wa.me/628123456?text=Halo%20a%26b")]
    [InlineData("+62 812-3456", "https://tiket.example/?c={customer}", "https://wa.me/628123456?text=Halo%20a%26b")]
    [InlineData(null, "https://tiket.example/?c={customer}&s={server}&t={text}", "https://tiket.example/?c=u-1&s=web%2001&t=Halo%20a%26b")]
    [InlineData("", "javascript:alert(1)", null)]
    public void Help_leads_where_the_settings_say_with_who_asks_and_about_what(string? number, string? ticket, string? expected) =>
        Assert.Equal(expected, HelpAddress.Of(new HelpOptions { WhatsApp = number, TicketUrl = ticket }, "u-1", "web 01", "Halo a&b"));
}
