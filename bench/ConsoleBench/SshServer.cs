using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Webrana.Ssh;

namespace Webrana.ConsoleBench;

/// <summary>
/// A real OpenSSH server on loopback, in a folder of its own, for as many terminals as are wanted. It lets one key in, and what it runs says
/// one word and then waits.
/// </summary>
sealed class SshServer : IAsyncDisposable
{
    const string Binary = "/usr/sbin/sshd";

    readonly Process _process;
    readonly string _folder;

    SshServer(Process process, string folder, SshTarget door) => (_process, _folder, Door) = (process, folder, door);

    /// <summary>The way in.</summary>
    public SshTarget Door { get; }

    public static async Task<SshServer> StartAsync()
    {
        if (!File.Exists(Binary))
            throw new InvalidOperationException("openssh-server is not installed (Debian, Ubuntu: apt-get install openssh-server): idle terminals cannot be measured.");
        // As root it lets root in, else nobody but whoever runs this.
        var user = Environment.IsPrivilegedProcess ? "root" : Environment.UserName;
        var folder = Directory.CreateTempSubdirectory("webrana-bench-sshd-").FullName;
        var hostKey = Path.Combine(folder, "host_key");
        using (var made = Process.Start("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", hostKey]))
            await made.WaitForExitAsync();
        var key = SshKeyPair.Generate("bench");
        await File.WriteAllTextAsync(Path.Combine(folder, "authorized_keys"), key.PublicLine + "\n");
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), Config(folder, port, user));
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd"); // where its unprivileged half is locked up

        // It ends with the pipe, also when we are killed; a session ends with its connection.
        var process = Process.Start(
            new ProcessStartInfo("/usr/bin/setsid", ["--wait", "sh", "-c", $"{Binary} -D -e -f {folder}/config & cat > /dev/null; kill -KILL 0"]) { RedirectStandardInput = true })!;
        var server = new SshServer(process, folder, new SshTarget("127.0.0.1", port, user, key.PrivatePem, HostKey: null));
        if (await server.AnswersAsync())
            return server;
        await server.DisposeAsync();
        throw new InvalidOperationException("sshd did not come up.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Every terminal is a connection of its own, as every console is: what would hold back a crowd of them is set aside.
    static string Config(string folder, int port, string user) => $"""
        ListenAddress 127.0.0.1:{port}
        HostKey {folder}/host_key
        PidFile none
        AuthorizedKeysFile {folder}/authorized_keys
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        AllowUsers {user}
        ForceCommand echo siap; exec cat
        DisableForwarding yes
        PermitUserRC no
        PrintMotd no
        PrintLastLog no
        LogLevel QUIET
        MaxStartups 1000
        MaxSessions 1000

        """;

    async Task<bool> AnswersAsync()
    {
        for (var tries = 0; tries < 200 && !_process.HasExited; tries++)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(IPAddress.Loopback, Door.Port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }

        return false;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
