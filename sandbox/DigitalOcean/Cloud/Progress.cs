using System.Security.Cryptography;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.Guests;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Cloud;

/// <summary>What happens by itself: actions end, backups are taken.</summary>
internal static class Progress
{
    const long FirstImageId = 210_000_000;
    const long DayMs = 86_400_000;

    public static void Settle(World world, AccountState account)
    {
        foreach (var action in account.Actions.Where(action => action.IsRunning && IsDue(world, action)).ToList())
        {
            action.CompletedAtMs = action.StartedAtMs + Actions.DurationMs(world, action);
            action.Status = action.WillFail ? "errored" : "completed";
            world.Changed();
            if (account.Droplets.FirstOrDefault(droplet => droplet.Id == action.DropletId) is { } target)
                Finish(world, account, target, action, action.CompletedAtMs.Value);
        }
        foreach (var droplet in account.Droplets.Where(droplet => droplet.Backups is not null && droplet.NextBackupAtMs <= world.NowMs))
            TakeBackups(world, account, droplet);
    }

    static bool IsDue(World world, ActionState action) => action.StartedRealMs + Actions.DurationMs(world, action) <= world.RealMs;

    static void Finish(World world, AccountState account, DropletState droplet, ActionState action, long at)
    {
        if (action.WillFail)
        {
            // A placement that failed: the droplet was promised with 202 and is 404 now.
            if (action.Type == "create")
                account.Droplets.Remove(droplet);
            else if (action.Type == "destroy")
                droplet.DeleteAccepted = false;
            return;
        }
        Keep(world, account, droplet, action.StaleMs);
        switch (action.Type)
        {
            case "create":
                Installer.Install(world, account, droplet, withUserData: true);
                PowerUp(droplet, at);
                break;
            case "power_on":
                PowerUp(droplet, at);
                break;
            case "power_off":
                PowerDown(droplet, at);
                break;
            case "shutdown" when !action.GuestIgnores:
                PowerDown(droplet, at);
                break;
            case "reboot" or "power_cycle":
                Restart(droplet, at);
                break;
            case "password_reset":
                MailPassword(world, account, droplet, at);
                Restart(droplet, at);
                break;
            case "rebuild" when action.Image!.Type == "snapshot":
                droplet.Image = action.Image;
                Installer.PutBack(world, droplet, GuestIn(account, action.Image));
                Restart(droplet, at);
                break;
            case "rebuild":
                droplet.Image = action.Image!;
                Installer.Install(world, account, droplet, world.State.Settings.CloudInitOnRebuild);
                Restart(droplet, at);
                break;
            case "restore":
                droplet.Image = action.Image!;
                Installer.PutBack(world, droplet, GuestIn(account, action.Image!));
                Restart(droplet, at);
                break;
            case "rename":
                droplet.Name = action.Name!;
                break;
            case "resize":
                droplet.Size = action.Size!;
                if (action.GrowDisk)
                    droplet.DiskGb = SizeCatalogue.Find(action.Size)!.DiskGb;
                break;
            case "snapshot":
                AddSnapshot(world, account, droplet, action.Name ?? $"{droplet.Name}-{at / 1000}", "snapshot", at);
                break;
            case "enable_backups" or "change_backup_policy":
                StartBackups(droplet, action.Backups ?? BackupPolicyInfo.Default, at);
                break;
            case "disable_backups":
                droplet.Backups = null;
                break;
            case "enable_ipv6":
                droplet.Ipv6 = true;
                break;
            case "destroy":
                Destroy(account, droplet, at);
                break;
        }
    }

    /// <summary>As it is now, for those who read it in the next moments; for none, what they read is what is.</summary>
    public static void Keep(World world, AccountState account, DropletState droplet, long staleMs) => droplet.Before = staleMs == 0 ? null : new DropletBefore(
        droplet.Size, droplet.Status, [.. account.Snapshots.Where(snapshot => snapshot.DropletId == droplet.Id && !snapshot.IsBackup)], world.RealMs + staleMs);

    public static void StartBackups(DropletState droplet, BackupPolicyInfo policy, long at) =>
        (droplet.Backups, droplet.NextBackupAtMs) = (policy, policy.NextAfter(at));

    public static void MailPassword(World world, AccountState account, DropletState droplet, long at)
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
        (droplet.Guest.RootPassword, droplet.Guest.RootPasswordHash) = (password, null);
        account.Outbox.Add(new MailState(
            account.Email,
            $"Your new Droplet: {droplet.Name}",
            $"Username: root\nPassword: {password}\nYou must change it at first login.",
            at,
            droplet.Id));
        world.Changed();
    }

    public static decimal CostOf(DropletState droplet, long untilMs)
    {
        var size = SizeCatalogue.Find(droplet.Size)!;
        var hours = Math.Max(0, untilMs - droplet.CreatedAtMs) / 3_600_000m;
        return hours * size.Hourly;
    }

    static void Destroy(AccountState account, DropletState droplet, long at)
    {
        account.SettledUsage += CostOf(droplet, at);
        account.Snapshots.RemoveAll(snapshot => snapshot.IsBackup && snapshot.DropletId == droplet.Id);
        account.Droplets.Remove(droplet);
        foreach (var firewall in account.Firewalls)
            firewall.DropletIds.Remove(droplet.Id);
    }

    static void PowerUp(DropletState droplet, long at)
    {
        droplet.Status = "active";
        if (droplet.Power.LastOrDefault() is not { ToMs: null })
            droplet.Power.Add(new PowerSpan { FromMs = at });
    }

    static void PowerDown(DropletState droplet, long at)
    {
        droplet.Status = "off";
        if (droplet.Power.LastOrDefault() is { ToMs: null } running)
            running.ToMs = at;
    }

    static void Restart(DropletState droplet, long at)
    {
        PowerDown(droplet, at);
        PowerUp(droplet, at);
    }

    // A jump of the clock over months must not make hundreds: only what retention would have left.
    static void TakeBackups(World world, AccountState account, DropletState droplet)
    {
        var (interval, retention) = (droplet.Backups!.IntervalDays * DayMs, droplet.Backups.Retention);
        var due = (world.NowMs - droplet.NextBackupAtMs) / interval + 1;
        for (var index = Math.Max(0, due - retention); index < due; index++)
        {
            var at = droplet.NextBackupAtMs + index * interval;
            AddSnapshot(world, account, droplet, $"{droplet.Name} {DateTimeOffset.FromUnixTimeMilliseconds(at):yyyy-MM-dd}", "backup", at);
        }
        droplet.NextBackupAtMs += due * interval;
        foreach (var old in account.Snapshots.Where(backup => backup.IsBackup && backup.DropletId == droplet.Id).SkipLast(retention).ToList())
            account.Snapshots.Remove(old);
        world.Changed();
    }

    static GuestState? GuestIn(AccountState account, ImageInfo image) => account.Snapshots.FirstOrDefault(kept => kept.Image.Id == image.Id)?.Guest;

    static void AddSnapshot(World world, AccountState account, DropletState droplet, string name, string type, long at) =>
        account.Snapshots.Add(new SnapshotState
        {
            DropletId = droplet.Id,
            Region = droplet.Region,
            Guest = droplet.Guest.Copy(),
            Image = droplet.Image with
            {
                Id = world.NextId(account, FirstImageId),
                Slug = null,
                Name = name,
                MinDiskGb = droplet.DiskGb,
                Type = type,
                SizeGb = Math.Round(droplet.Image.SizeGb + 0.4, 2),
                CreatedAtMs = at,
            },
        });
}
