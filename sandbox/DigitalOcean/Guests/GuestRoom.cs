using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Endpoints;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Guests;

/// <summary>The sshd of every droplet that somebody wanted to enter. Touched only while the world is locked.</summary>
internal sealed class GuestRoom : IDisposable
{
    readonly Dictionary<long, Sshd> _running = [];

    /// <summary>How a droplet's sshd is reached, started if need be; null when nothing listens there.</summary>
    public object? Reach(World world, DropletState droplet)
    {
        if (!Sshd.IsInstalled || !world.State.Settings.Sshd || droplet.Status != "active")
            return null;
        if (!_running.TryGetValue(droplet.Id, out var sshd))
        {
            sshd = _running[droplet.Id] = Sshd.Start(droplet, !world.State.Settings.SshdIgnoresSettings);
            world.Changed(); // its host key is kept
        }

        return new { host = "127.0.0.1", port = sshd.Port, user = Sshd.User };
    }

    /// <summary>Takes over what was set from inside, and ends the sshd of what is off, gone or installed anew.</summary>
    public void Settle(World world)
    {
        if (_running.Count == 0)
            return;
        var droplets = world.State.Accounts.SelectMany(account => account.Droplets).ToDictionary(droplet => droplet.Id);
        foreach (var (id, sshd) in _running.ToList())
        {
            var droplet = droplets.GetValueOrDefault(id);
            if (droplet?.Guest.Installation == sshd.Installation && !sshd.IsTidiedAway)
                TakeOver(world, droplet.Guest, sshd);

            if (droplet is { Status: "active" } && droplet.Guest.Installation == sshd.Installation && sshd.IsRunning && world.State.Settings.Sshd)
                continue;
            _running.Remove(id);
            sshd.Dispose();
        }
    }

    static void TakeOver(World world, GuestState guest, Sshd sshd)
    {
        if (sshd.SetPassword() is { } password && password != guest.RootPassword)
        {
            (guest.RootPassword, guest.RootPasswordHash) = (password, null);
            world.Changed();
        }

        var keys = sshd.AuthorizedKeys();
        if (!keys.SequenceEqual(guest.AuthorizedKeys, StringComparer.Ordinal))
        {
            guest.AuthorizedKeys = keys;
            world.Changed();
        }

        if (sshd.PasswordLogin() is { } login && login != guest.PasswordLogin)
        {
            guest.PasswordLogin = login;
            world.Changed();
        }
    }

    /// <summary>The droplet at an address, or null.</summary>
    public static DropletState? At(World world, string ipv4) =>
        world.State.Accounts.SelectMany(account => account.Droplets).FirstOrDefault(droplet => Render.PublicIPv4(droplet) == ipv4);

    public void Dispose()
    {
        foreach (var sshd in _running.Values)
            sshd.Dispose();
        _running.Clear();
    }
}
