using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire.Droplets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class ResizePagesTests(Panel panel) : IClassFixture<Panel>
{
    const string Server = "i-web-01";

    [Fact]
    public async Task Another_plan_is_priced_before_it_is_confirmed_and_its_steps_are_shown()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}");
        await page.GetByTestId("server-menu").GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Ubah ukuran" }).ClickAsync();
        await Expect(page.GetByTestId("difference-basic-2")).ToHaveTextAsync("Bayar Rp 50.000 sekarang");
        await page.GetByTestId("resize-basic-2").ClickAsync();
        await page.GetByTestId("resize-open").ClickAsync();
        var sheet = page.GetByRole(AriaRole.Dialog);
        await Expect(sheet).ToContainTextAsync("Disk tidak berubah");
        await Expect(page.GetByTestId("resize-difference")).ToHaveTextAsync("Bayar Rp 50.000 sekarang");
        await page.GetByTestId("resize-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("Ubah ukuran");
        Assert.Equal(new ResizeRequest("basic-2", false, 50_000), site.World.Resized);

        site.World.Step(Server, "RESIZE");
        await Expect(page.GetByTestId("running-step")).ToHaveTextAsync("mengubah ukuran (2 dari 4)");
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("running-action")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_disk_that_grows_is_said_to_grow_for_good_and_what_cannot_be_paid_is_not_confirmed()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/resize");
        await page.GetByTestId("resize-pro-8").ClickAsync();
        await Expect(page.GetByTestId("resize-open")).ToBeEnabledAsync(); // The switch opens with it.
        await page.GetByTestId("resize-disk").ClickAsync();
        site.World.Wallet = site.World.Wallet with { Available = 100_000 };
        await page.GetByTestId("resize-open").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Disk tumbuh untuk selamanya.");
        await Expect(page.GetByTestId("resize-confirm")).ToBeDisabledAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Isi saldo" })).ToHaveAttributeAsync("href", "/wallet/top-up?amount=250000");
    }

    [Fact]
    public async Task A_plan_with_a_smaller_disk_says_why_it_cannot_be_chosen()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers/i-db-01/resize");
        await Expect(page.GetByTestId("resize-basic-1")).ToContainTextAsync("lebih kecil dari disk server");
        await Expect(page.GetByTestId("resize-basic-1").GetByRole(AriaRole.Radio)).ToBeDisabledAsync();
    }

    [Theory]
    [InlineData("id", "Paket ini sudah habis")]
    [InlineData("en", "This plan is sold out")]
    public async Task A_plan_whose_last_server_is_sold_while_it_is_looked_at_says_so_and_cannot_be_chosen_any_more(string language, string words)
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/resize");
        await page.GotoAsync($"/servers/{Server}/resize?culture={language}");
        await page.GetByTestId("resize-basic-2").ClickAsync();
        await page.GetByTestId("resize-open").ClickAsync();
        await Expect(page.GetByTestId("resize-confirm")).ToBeEnabledAsync();
        site.World.SoldOut.Add("basic-2");
        await page.GetByTestId("resize-confirm").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("failure")).ToContainTextAsync(words);
        await Expect(page.GetByTestId("resize-basic-2")).ToContainTextAsync(words);
        await Expect(page.GetByTestId("resize-basic-2").GetByRole(AriaRole.Radio)).ToBeDisabledAsync();
        await Expect(page.GetByTestId("resize-open")).ToBeDisabledAsync();
        Assert.Null(site.World.Resized);
    }

    [Fact]
    public async Task Deleting_says_what_comes_back_and_what_lapses()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/delete");
        await page.GetByTestId("destroy-open").ClickAsync();
        await Expect(page.GetByTestId("refund")).ToContainTextAsync("Rp 40.000 kembali ke saldo Anda. 12 hari penuh belum terpakai.");
        await Expect(page.GetByTestId("refund-lapses")).ToContainTextAsync("Rp 5.000");
        await Expect(page.GetByTestId("last-addons")).ToContainTextAsync("Transfer di atas kuota (200 GB)");
        await Expect(page.GetByTestId("last-addons")).ToContainTextAsync("Rp 44.000");
        await Expect(page.GetByTestId("last-owed")).ToContainTextAsync("Rp 4.000");
    }

    [Fact]
    public async Task Several_servers_are_restarted_at_once_and_each_says_what_became_of_it()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers");
        await page.GetByTestId("select-all").CheckAsync();
        await Expect(page.GetByTestId("bulk-count")).ToHaveTextAsync("3 dipilih");
        await page.GetByTestId("select-i-worker").UncheckAsync();
        await page.GetByTestId("bulk-reboot").ClickAsync();
        await Expect(page.GetByTestId("bulk-result")).ToHaveCountAsync(2);
        var running = page.GetByTestId("bulk-result").Filter(new() { HasText = "web-01" });
        await Expect(running).ToContainTextAsync("Sedang dikerjakan");
        await Expect(page.GetByTestId("bulk-result").Filter(new() { HasText = "db-01" })).Not.ToContainTextAsync("Sedang dikerjakan");
        await Expect(page.GetByTestId("bulk")).ToHaveCountAsync(0);
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(running).ToContainTextAsync("Selesai");

        // Accepted is not done: a guest may let a shutdown pass.
        await page.GetByTestId($"select-{Server}").CheckAsync();
        await page.GetByTestId("bulk-shutdown").ClickAsync();
        await Expect(page.GetByTestId("bulk-result")).ToHaveCountAsync(1);
        await Expect(running).ToContainTextAsync("Sedang dikerjakan");
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running, message: "guest_ignored");
        await Expect(running).ToContainTextAsync("Belum mati");
        await Expect(running).ToContainTextAsync("Sistem operasi belum mati.");
    }

    [Fact]
    public async Task Cutting_the_power_of_several_is_asked_about_first()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: "/servers");
        await page.GetByTestId("select-i-web-01").CheckAsync();
        await page.GetByTestId("bulk-power-off").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Matikan paksa 1 server?");
        await page.GetByTestId("bulk-confirm").ClickAsync();
        await Expect(page.GetByTestId("bulk-result")).ToHaveCountAsync(1);
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running, message: "provider_said:No.", ended: ActionStatus.Errored);
        await Expect(page.GetByTestId("bulk-result")).ToContainTextAsync("Gagal");
        await Expect(page.GetByTestId("bulk-result")).ToContainTextAsync("Penyedia menolak: “No.”");
    }

    [Theory]
    [InlineData("id", "Penyedia sedang tidak punya kapasitas")]
    [InlineData("en", "The provider has no capacity")]
    public async Task A_failed_order_says_why_in_the_readers_words_and_is_ordered_elsewhere_with_one_press(string language, string reason)
    {
        await using var site = await panel.StartAsync();
        site.World.Instances[2] = site.World.Instances[2] with { Status = InstanceStatus.Failed, FailureReason = "no_capacity" };
        var page = await site.SignInAsync(returnUrl: $"/servers/i-worker?culture={language}");
        await Expect(page.GetByTestId("failure-reason")).ToContainTextAsync(reason);
        await page.GetByTestId("retry-fra1").ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers/i-again");
        Assert.Equal(new RetryOrderRequest("fra1"), site.World.Retried);
    }

    [Fact]
    public async Task A_failed_order_that_had_a_script_is_ordered_again_without_it_where_the_button_says_so()
    {
        await using var site = await panel.StartAsync();
        site.World.Instances[2] = site.World.Instances[2] with { Status = InstanceStatus.Failed, FailureReason = "no_capacity", HadUserData = true };
        var page = await site.SignInAsync(returnUrl: "/servers/i-worker");
        await Expect(page.GetByTestId("retry-bare")).ToContainTextAsync("server dibuat tanpa skrip itu");
        await Expect(page.GetByTestId("retry-fra1")).ToHaveTextAsync("Pesan tanpa skrip");
        await page.GetByTestId("retry-fra1").ClickAsync();
        await Expect(page).ToHaveURLAsync("/servers/i-again");
        Assert.Equal(new RetryOrderRequest("fra1", UserData: ""), site.World.Retried);
    }
}
