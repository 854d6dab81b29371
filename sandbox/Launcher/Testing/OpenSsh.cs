using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>The SSH server of simulated droplets.</summary>
static class OpenSsh
{
    const string Server = "/usr/sbin/sshd";

    /// <summary>Installs Debian's package where it is missing and we may; the tests that need it fail and say so otherwise.</summary>
    internal static async Task ObtainAsync(TextWriter output)
    {
        if (File.Exists(Server) || !UnprivilegedUser.NeededHere || Executables.Find("apt-get") is not { } apt)
            return;
        await output.WriteLineAsync("Installing Debian's openssh-server …");
        await DebianPackages.InstallAsync(apt, "openssh-server");
    }
}
