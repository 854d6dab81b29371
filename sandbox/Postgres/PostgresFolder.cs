using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Postgres;

/// <summary>The folder of one server: `data/`, `log`, and the secrets of its superuser.</summary>
public sealed class PostgresFolder
{
    const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    PostgresFolder(string root, UnprivilegedUser? user, string? log)
    {
        Root = root;
        Log = log ?? Path.Combine(root, "log");
        User = user;
    }

    /// <summary>The folder itself.</summary>
    public string Root { get; }

    /// <summary>The account the server runs as when we are root.</summary>
    public UnprivilegedUser? User { get; }

    /// <summary>PostgreSQL's data directory.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>What the server prints.</summary>
    public string Log { get; }

    string PasswordFile => Path.Combine(Root, "password");

    string PortFile => Path.Combine(Root, "port");

    /// <summary>
    /// The place of a server. As root, a folder that the unprivileged account cannot walk down to (below /root, say)
    /// is replaced by one of its own under /var/lib, named after it.
    /// </summary>
    public static PostgresFolder At(string folder, string? log = null)
    {
        folder = Path.GetFullPath(folder);
        var user = UnprivilegedUser.Choose();
        if (user is not null && !UnprivilegedUser.CanReach(Path.GetDirectoryName(folder)!))
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];
            folder = Path.Combine("/var/lib/webrana-sandbox", name);
        }

        return new PostgresFolder(folder, user, log);
    }

    /// <summary>The major version that made the data; null before the first start.</summary>
    public int? DataVersion =>
        File.Exists(VersionFile) && int.TryParse(File.ReadAllText(VersionFile), CultureInfo.InvariantCulture, out var version) ? version : null;

    string VersionFile => Path.Combine(Data, "PG_VERSION");

    /// <summary>The end of the server's log.</summary>
    public string LogTail(int lines = 20)
    {
        if (!File.Exists(Log))
            return "(no log)";
        // Shared: Windows lets nobody read what the server has open otherwise.
        using var stream = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines));
    }

    /// <summary>Deletes the data, the password and the log of a server that is not running.</summary>
    public void Delete()
    {
        if (ReadPostmaster() is not null)
            throw new InvalidOperationException($"PostgreSQL still runs on {Data}.");
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }

    internal int? ReadPort() =>
        File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), CultureInfo.InvariantCulture, out var port) ? port : null;

    internal void WritePort(int port) => File.WriteAllText(PortFile, port.ToString(CultureInfo.InvariantCulture));

    internal string? ReadPassword() => File.Exists(PasswordFile) ? File.ReadAllText(PasswordFile) : null;

    /// <summary>The postmaster that really runs on this data, or null: a pid file alone proves nothing.</summary>
    internal (ProcessIdentity Process, int Port)? ReadPostmaster()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file))
            return null;
        var lines = File.ReadAllLines(file);
        if (lines.Length < 4 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid)
            || !int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port)
            || ProcessIdentity.Of(pid) is not { } process || !RunsOnThisData(pid))
            return null;
        return (process, port);
    }

    /// <summary>Makes the data directory at first use and clears what a crash left; returns the superuser's password.</summary>
    internal async Task<string> PrepareAsync(PostgresBinaries binaries, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Root);
        if (!OperatingSystem.IsWindows() && User is not null)
            File.SetUnixFileMode(Root, File.GetUnixFileMode(Root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

        if (DataVersion is not { } made || ReadPassword() is not { } password)
            return await InitialiseAsync(binaries, cancellation);
        if (made != binaries.MajorVersion)
            throw new InvalidOperationException(
                $"The data in {Data} was made by PostgreSQL {made}, but {binaries.Origin} is {binaries.MajorVersion}. Install {made} again, or start with --fresh.");

        // The server would refuse to start when the pid in a stale file belongs to any process at all by now.
        if (ReadPostmaster() is null)
            File.Delete(Path.Combine(Data, "postmaster.pid"));
        return password;
    }

    async Task<string> InitialiseAsync(PostgresBinaries binaries, CancellationToken cancellation)
    {
        // A start that died half-way leaves a folder that initdb would refuse.
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
        File.Delete(PasswordFile);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var handover = Path.Combine(Root, "initial-password");
        WriteSecret(handover, password);
        Directory.CreateDirectory(Data);
        IReadOnlyList<string> initdb =
        [
            binaries.Program("initdb"), "-D", Data, "-U", "postgres", "-E", "UTF8", "--locale=C",
            "--auth=scram-sha-256", $"--pwfile={handover}", "--no-instructions",
        ];
        if (User is not null)
        {
            await Command.RunOrThrowAsync(["chown", $"{User.UserId}:{User.GroupId}", Data, handover], cancellation: cancellation);
            initdb = User.Run(initdb);
        }

        await Command.RunOrThrowAsync(initdb, Root, cancellation: cancellation);
        File.Delete(handover);
        // Written last: its presence says that the data is complete.
        WriteSecret(PasswordFile, password);
        return password;
    }

    /// <summary>A copy of a running server, with what makes it follow that server. What was here before is gone.</summary>
    internal async Task CopyAsync(PostgresBinaries binaries, string adminConnectionString, CancellationToken cancellation)
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
        Directory.CreateDirectory(Data);
        if (!OperatingSystem.IsWindows())
        {
            if (User is not null)
                File.SetUnixFileMode(Root, File.GetUnixFileMode(Root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            // The server refuses data that others may look into.
            File.SetUnixFileMode(Data, OnlyOwner | UnixFileMode.UserExecute);
        }

        var primary = new NpgsqlConnectionStringBuilder(adminConnectionString);
        var password = primary.Password ?? throw new InvalidOperationException("A server of ours has a password.");
        IReadOnlyList<string> copy =
        [
            binaries.Program("pg_basebackup"), "-D", Data, "-X", "stream", "-c", "fast", "-R",
            "-d", string.Create(CultureInfo.InvariantCulture, $"host={primary.Host} port={primary.Port} user={primary.Username} password={password}"),
        ];
        if (User is not null)
        {
            await Command.RunOrThrowAsync(["chown", $"{User.UserId}:{User.GroupId}", Data], cancellation: cancellation);
            copy = User.Run(copy);
        }

        await Command.RunOrThrowAsync(copy, Root, cancellation: cancellation);
        WriteSecret(PasswordFile, password);
    }

    bool RunsOnThisData(int pid)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(pid);
                return process.ProcessName == "postgres";
            }

            var words = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
            return Path.GetFileName(words[0]) == "postgres" && words.Contains(Data);
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            return false; // Gone meanwhile.
        }
    }

    static void WriteSecret(string file, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OnlyOwner;
        using var stream = new StreamWriter(file, options);
        stream.Write(secret);
    }
}
