using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Tests.Launching;

public class SettingsTests
{
    [Fact]
    public void Options_are_read_and_refused_ones_say_why()
    {
        var options = UpOptions.Parse(["--detach", "--data", "/tmp/x", "--silos", "3", "--port-base", "9000", "--fresh"]);
        Assert.Equal((true, true, (int?)3, (int?)9000, "/tmp/x"), (options.Detach, options.Fresh, options.Silos, options.PortBase, options.Data.Root));
        Assert.Equal("/tmp/x", UpOptions.Parse(["--data", "/tmp/x/"]).Data.Root);
        Assert.EndsWith(".sandbox", UpOptions.Parse([]).Data.Root, StringComparison.Ordinal);
        foreach (var wrong in new string[][] { ["--silos", "0"], ["--silos"], ["--port-base", "x"], ["--data"], ["--what"] })
            Assert.Throws<LauncherException>(() => UpOptions.Parse(wrong));
    }

    [Fact]
    public void Secrets_are_drawn_once_differ_between_sandboxes_and_are_for_their_owner_only()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        var folder = new DataFolder(one.Path);
        var drawn = Secrets.Of(folder);
        Assert.Equal(drawn, Secrets.Of(folder));
        var other = Secrets.Of(new DataFolder(two.Path));
        Assert.NotEqual(drawn.AdminPassword, other.AdminPassword);
        Assert.NotEqual(drawn.DigitalOceanToken, other.DigitalOceanToken);
        Assert.StartsWith("DEV-", drawn.TripayApiKey, StringComparison.Ordinal);
        Assert.Contains(drawn.AdminPassword, char.IsDigit);
        Assert.Contains(drawn.AdminPassword, char.IsUpper);
        Assert.Contains(drawn.AdminPassword, char.IsLower);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.SecretsFile));
    }

    [Fact]
    public void A_folder_that_holds_other_things_is_neither_used_nor_deleted()
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(temporary.Combine("thesis.txt"), "mine");
        var folder = new DataFolder(temporary.Path);
        Assert.Throws<LauncherException>(folder.Create);
        Assert.Throws<LauncherException>(folder.Delete);
        Assert.True(File.Exists(temporary.Combine("thesis.txt")));
    }

    [Fact]
    public void A_sandbox_folder_is_emptied_by_fresh_but_keeps_the_fetched_packages()
    {
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Combine("box"));
        folder.Create();
        Secrets.Of(folder);
        Directory.CreateDirectory(folder.Cache);
        folder.Delete();
        Assert.False(File.Exists(folder.SecretsFile));
        Assert.True(Directory.Exists(folder.Cache));
    }

    [Fact]
    public void Only_one_launcher_holds_a_folder()
    {
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Combine("box"));
        folder.Create();
        using (var mine = folder.TryLock())
        {
            Assert.NotNull(mine);
            Assert.Null(folder.TryLock());
        }

        using var next = folder.TryLock();
        Assert.NotNull(next);
    }

    [Fact]
    public void A_second_up_takes_over_silos_and_ports_and_options_win()
    {
        using var temporary = new TemporaryFolder();
        var data = new DataFolder(temporary.Path);
        Assert.Equal(new SandboxSettings(2, 7080, null), SandboxSettings.Of(new UpOptions(data, false, false, null, null)));
        new SandboxSettings(3, 9000, "webrana").Write(data);
        Assert.Equal(new SandboxSettings(3, 9000, "webrana"), SandboxSettings.Of(new UpOptions(data, false, false, null, null)));
        Assert.Equal(new SandboxSettings(1, 9000, "webrana"), SandboxSettings.Of(new UpOptions(data, false, false, 1, null)));
    }
}
