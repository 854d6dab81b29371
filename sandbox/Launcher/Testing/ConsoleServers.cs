using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>What the console's tests put at its far end: a real VNC server with a terminal on its screen, and vim in a shell.</summary>
static class ConsoleServers
{
    static readonly (string Program, string Package)[] Needed = [("Xtigervnc", "tigervnc-standalone-server"), ("xterm", "xterm"), ("vim", "vim")];

    /// <summary>Installs Debian's packages where they are missing and we may; the tests that need them fail and say so otherwise.</summary>
    internal static async Task ObtainAsync(TextWriter output)
    {
        string[] missing = [.. Needed.Where(needed => Executables.Find(needed.Program) is null).Select(needed => needed.Package)];
        if (missing.Length == 0 || !UnprivilegedUser.NeededHere || Executables.Find("apt-get") is not { } apt)
            return;
        await output.WriteLineAsync($"Installing Debian's {string.Join(", ", missing)} …");
        await DebianPackages.InstallAsync(apt, missing);
    }
}
