using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Guests;

/// <summary>What comes onto a disk: first boots, and copies put back.</summary>
internal static class Installer
{
    /// <summary>A fresh disk, booted for the first time.</summary>
    /// <param name="withUserData">Whether cloud-init runs; the keys of the create are put on the disk in any case.</param>
    public static void Install(World world, AccountState account, DropletState droplet, bool withUserData)
    {
        var named = account.Keys.Where(key => droplet.SshKeys.Contains(key.Id)).Select(key => key.PublicKey);
        var outcome = CloudInit.Run(withUserData ? droplet.UserData : null, named);
        droplet.Guest = new GuestState
        {
            Installation = droplet.Guest.Installation + 1,
            AuthorizedKeys = [.. outcome.AuthorizedKeys],
            RootPasswordHash = outcome.RootPasswordHash,
            // The one that was mailed at a create without keys.
            RootPassword = outcome.RootPasswordHash is null ? droplet.Guest.RootPassword : null,
            PasswordLogin = outcome.PasswordLogin,
        };
        world.Changed();
    }

    /// <summary>A copy of the disk is put back: keys, passwords and host key are those of its day, whatever was installed since.</summary>
    /// <param name="copy">Null: a copy from before copies kept what is inside.</param>
    public static void PutBack(World world, DropletState droplet, GuestState? copy)
    {
        var now = droplet.Guest;
        droplet.Guest = (copy ?? now).Copy();
        // A real server has its host key from its first boot; here it is made at the first visit, which may have come after the copy.
        if (copy is { HostKey: null } && copy.Installation == now.Installation)
            droplet.Guest.HostKey = now.HostKey;
        droplet.Guest.Installation = now.Installation + 1;
        world.Changed();
    }
}
