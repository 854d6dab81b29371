using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Guests;

/// <summary>First boots.</summary>
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
}
