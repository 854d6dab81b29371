using Microsoft.Playwright;
using Webrana.Web.Tests.Browser;
using Webrana.Web.Tests.Fakes;
using Webrana.Wire.Droplets;
using static Microsoft.Playwright.Assertions;

namespace Webrana.Web.Tests.Pages;

public sealed class UpkeepPagesTests(Panel panel) : IClassFixture<Panel>
{
    const string Server = "i-web-01";

    [Fact]
    public async Task A_snapshot_is_taken_and_one_is_deleted_after_it_was_asked_about()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/backups");
        await Expect(page.GetByTestId("snapshot-row")).ToHaveCountAsync(1);
        await page.GetByTestId("snapshot-name").FillAsync("malam");
        await page.GetByTestId("snapshot-take").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("Buat snapshot");
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("snapshot-row")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("snapshot-count")).ToHaveTextAsync("2 dari 2");
        await Expect(page.GetByTestId("snapshot-take")).ToBeDisabledAsync();

        await page.GetByTestId("snapshot-row").First.GetByTestId("copy-delete").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Hapus snapshot sebelum-pembaruan?");
        await page.GetByTestId("copy-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("snapshot-row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Backups_are_restored_switched_off_and_on_again()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/backups");
        await Expect(page.GetByTestId("backup-plan")).ToHaveTextAsync("Mingguan");
        // What it costs stands there before anything is chosen.
        await Expect(page.GetByTestId("backup-prices")).ToContainTextAsync("Harian 40% dari harga server (Rp 40.000 per periode), mingguan 27% (Rp 27.000)");
        await Expect(page.GetByTestId("snapshot-prices")).ToContainTextAsync("Rp 1.350 per GB");
        await Expect(page.GetByTestId("backup-schedule")).ToContainTextAsync("Setiap Minggu, 03.00–07.00");
        await Expect(page.GetByTestId("backup-next")).ToContainTextAsync("6\u00A0Des\u00A02026, 03.00");
        await Expect(page.GetByTestId("backup-save")).ToBeDisabledAsync();
        await page.GetByTestId("backup-row").GetByTestId("copy-restore").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Semua yang berubah sejak");
        await Expect(page.GetByTestId("restore-access")).ToContainTextAsync("kata sandi baru");
        await page.GetByTestId("copy-confirm").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("Pulihkan cadangan");
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("backups-disable")).ToBeEnabledAsync();
        await page.GetByTestId("backups-disable").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("backup-plan")).ToHaveTextAsync("Tidak aktif");
        await page.GetByTestId("backup-save").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("backup-plan")).ToHaveTextAsync("Harian");
        Assert.Equal(new BackupPolicyRequest(BackupPlan.Daily, null, 20), site.World.Backups);

        await page.GetByTestId("backup-often").SelectOptionAsync("Weekly");
        await page.GetByTestId("backup-day").SelectOptionAsync("Monday");
        await page.GetByTestId("backup-hour").SelectOptionAsync("16");
        await page.GetByTestId("backup-save").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToContainTextAsync("Ubah jadwal cadangan");
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("backup-schedule")).ToContainTextAsync("Setiap Senin, 23.00–03.00");
        Assert.Equal(new BackupPolicyRequest(BackupPlan.Weekly, BackupWeekday.Monday, 16), site.World.Backups);
    }

    [Fact]
    public async Task Addresses_are_shown_and_IPv6_comes_with_the_guests_commands()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/networking");
        await Expect(page.GetByTestId("address-row")).ToHaveCountAsync(2);
        foreach (var shown in (string[])["Publik", "255.255.240.0", "165.22.112.1", "Privat", "255.255.0.0", "PTR (reverse DNS) mengikuti nama server: web-01"])
            await Expect(page.GetByTestId("network")).ToContainTextAsync(shown);
        await Expect(page.GetByTestId("port-25")).ToContainTextAsync("Port 25");
        await page.GetByTestId("ipv6-enable").ClickAsync();
        await Expect(page.GetByTestId("running-action")).ToBeVisibleAsync();
        FakeCustomer.Finish(site.World, Server, InstanceStatus.Running);
        await Expect(page.GetByTestId("ipv6-commands")).ToContainTextAsync("ip -6 route add default via 2400:6180:0:d0::1");
        await Expect(page.GetByTestId("network")).ToContainTextAsync("Berlaku sampai server dimulai ulang");
    }

    [Fact]
    public async Task A_server_is_locked_against_deletion_and_tagged()
    {
        await using var site = await panel.StartAsync();
        var page = await site.SignInAsync(returnUrl: $"/servers/{Server}/delete");
        await page.GetByText("Kunci dari penghapusan", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("destroy-locked")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("destroy-open")).ToBeDisabledAsync();
        await page.GotoAsync($"/servers/{Server}");
        await page.GetByTestId("tags").FillAsync("produksi,toko");
        await page.GetByTestId("tags-save").ClickAsync();
        // Not as it was typed but as it is stored: only then it was saved.
        await Expect(page.GetByTestId("tags")).ToHaveValueAsync("produksi, toko");
        Assert.Equal(["produksi", "toko"], site.World.Instances[0].Tags);
        Assert.True(site.World.Instances[0].Protected);
    }
}
