using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Guests;

/// <summary>
/// A real OpenSSH server that stands for a droplet's: loopback, keys only, and inside a folder of its own with a few commands of its own
/// (<c>chpasswd</c>, <c>install</c>, <c>systemctl</c>, <c>sshd</c>), so that nobody changes this machine. As root every session drops to
/// <c>nobody</c>; otherwise it is whoever runs the simulator.
/// </summary>
internal sealed class Sshd : IDisposable
{
    const string Binary = "/usr/sbin/sshd";

    readonly Process _process;
    readonly string _folder;
    readonly bool _readsSettings;

    Sshd(Process process, string folder, bool readsSettings, int port, int installation) =>
        (_process, _folder, _readsSettings, Port, Installation) = (process, folder, readsSettings, port, installation);

    /// <summary>Whether OpenSSH's server and key generator are on this machine.</summary>
    public static bool IsInstalled { get; } = File.Exists(Binary) && File.Exists("/usr/bin/ssh-keygen");

    /// <summary>The only user it lets in.</summary>
    public static string User => Environment.IsPrivilegedProcess ? "root" : Environment.UserName;

    public int Port { get; }

    public int Installation { get; }

    public bool IsRunning => !_process.HasExited && !IsTidiedAway;

    /// <summary>Somebody cleaned the temporary folder: nobody gets in any more, and what is missing was not taken away from inside.</summary>
    public bool IsTidiedAway => !Directory.Exists(Path.Combine(_folder, "guest")) || !File.Exists(Path.Combine(_folder, "config"));

    /// <summary>What was set from inside since it started; null when nothing was.</summary>
    public string? SetPassword()
    {
        var file = Path.Combine(_folder, "guest", "password");
        // "root:secret", as chpasswd reads it.
        return File.Exists(file) ? File.ReadAllText(file).Split('\n')[0].Split(':', 2)[^1] : null;
    }

    /// <summary>Root's authorized_keys as they are now: whoever is inside may have written others.</summary>
    public List<string> AuthorizedKeys()
    {
        var file = Path.Combine(_folder, "guest", ".ssh", "authorized_keys");
        return File.Exists(file) ? [.. File.ReadAllLines(file).Where(line => line.Length > 0 && line[0] != '#')] : [];
    }

    /// <summary>Whether the settings that were put in place from inside allow passwords; null when none were, or when it does not read them.</summary>
    public bool? PasswordLogin()
    {
        var file = Path.Combine(_folder, "guest", "sshd_settings");
        return _readsSettings && File.Exists(file) ? File.ReadAllText(file).Contains("PasswordAuthentication yes", StringComparison.Ordinal) : null;
    }

    /// <summary>Starts one for a droplet; it answers when this returns.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="readsSettings">Whether what is put into the folder of its settings decides; as on a system whose main file does not include it.</param>
    public static Sshd Start(DropletState droplet, bool readsSettings)
    {
        var folder = Directory.CreateTempSubdirectory("webrana-guest-").FullName;
        var guest = Directory.CreateDirectory(Path.Combine(folder, "guest")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        var hostKey = Path.Combine(folder, "host_key");
        if (droplet.Guest.HostKey is null)
        {
            using var made = Process.Start(new ProcessStartInfo("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", droplet.Name, "-f", hostKey]))!;
            made.WaitForExit();
            droplet.Guest.HostKey = File.ReadAllText(hostKey);
        }

        Write(hostKey, droplet.Guest.HostKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var ssh = Directory.CreateDirectory(Path.Combine(guest, ".ssh")).FullName;
        Write(Path.Combine(ssh, "authorized_keys"), string.Join('\n', droplet.Guest.AuthorizedKeys) + "\n", Readable);
        Write(Path.Combine(folder, "bin", "chpasswd"), $"#!/bin/sh\numask 077\ncat > {guest}/password.new && mv {guest}/password.new {guest}/password\n", Executable);
        // The one thing that is ever installed: settings of the sshd, from its standard input.
        Write(Path.Combine(folder, "bin", "install"), $"#!/bin/sh\numask 077\ncat > {guest}/sshd_settings.new && mv {guest}/sshd_settings.new {guest}/sshd_settings\n", Executable);
        Write(Path.Combine(folder, "bin", "systemctl"), "#!/bin/sh\nexit 0\n", Executable);
        Write(Path.Combine(folder, "bin", "sshd"), Saying(readsSettings ? $"{guest}/sshd_settings" : "/dev/null", droplet.Guest.PasswordLogin), Executable);
        Write(Path.Combine(folder, "shell"), Shell(folder, guest, droplet.Name), Executable);
        Write(Path.Combine(folder, "bashrc"), $"PS1='root@{droplet.Name}:\\w# '\nHISTFILE=\n", Readable);
        var port = FreePort();
        Write(Path.Combine(folder, "config"), Config(folder, port), Readable);
        Permit(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd"); // where its unprivileged half is locked up
            Permit(guest, (UnixFileMode)0b111_111_111);
            Permit(ssh, (UnixFileMode)0b111_111_111);
        }

        // It ends with the pipe: when the simulator is killed nothing of it stays, sessions included.
        var script = $"{Binary} -D -e -f {folder}/config & cat > /dev/null; kill -KILL 0";
        var process = Process.Start(new ProcessStartInfo("/usr/bin/setsid", ["--wait", "sh", "-c", script]) { RedirectStandardInput = true })!;
        var sshd = new Sshd(process, folder, readsSettings, port, droplet.Guest.Installation);
        if (sshd.Answers())
            return sshd;
        sshd.Dispose();
        throw new InvalidOperationException($"sshd for {droplet.Name} did not come up.");
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A session that is just dying still writes; the folder is in the temporary one.
        }
    }

    static string Config(string folder, int port) => $"""
        ListenAddress 127.0.0.1:{port}
        HostKey {folder}/host_key
        PidFile none
        AuthorizedKeysFile {folder}/guest/.ssh/authorized_keys
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        AllowUsers {User}
        ForceCommand {folder}/shell
        DisableForwarding yes
        PermitUserRC no
        PrintMotd no
        LogLevel QUIET

        """;

    // What it would say with -T: the settings that were put there, else those it came with.
    static string Saying(string settings, bool passwordLogin) => $"""
        #!/bin/sh
        echo permitrootlogin yes
        sed -n 's/^PasswordAuthentication /passwordauthentication /p' {settings} 2>/dev/null | grep . || echo passwordauthentication {(passwordLogin ? "yes" : "no")}

        """;

    static string Shell(string folder, string guest, string name)
    {
        var drop = Environment.IsPrivilegedProcess ? "setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs " : "";
        return $"""
            #!/bin/sh
            # One session on the simulated droplet {name}.
            export HOME={guest} USER=root LOGNAME=root SHELL=/bin/bash PATH={folder}/bin:$PATH
            cd {guest}
            if [ -n "$SSH_ORIGINAL_COMMAND" ]; then exec {drop}/bin/sh -c "$SSH_ORIGINAL_COMMAND"; fi
            exec {drop}/bin/bash --noprofile --rcfile {folder}/bashrc -i

            """;
    }

    bool Answers()
    {
        for (var tries = 0; tries < 100 && IsRunning; tries++)
        {
            try
            {
                using var connection = new TcpClient();
                connection.Connect(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                // Not yet. The world is locked meanwhile, as a booting server's address is of no use to anybody.
                _process.WaitForExit(TimeSpan.FromMilliseconds(30));
            }
        }

        return false;
    }

    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    static void Write(string file, string text, UnixFileMode mode)
    {
        File.WriteAllText(file, text.ReplaceLineEndings("\n"));
        Permit(file, mode);
    }

    static void Permit(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
