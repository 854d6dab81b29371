using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>The folder a sandbox lives in: secrets, data, logs, and who runs on it now.</summary>
public sealed class DataFolder
{
    const string Marker = ".webrana-sandbox";

    /// <summary>The folder with this path; nothing is made yet.</summary>
    public DataFolder(string root) => Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Its full path.</summary>
    public string Root { get; }

    /// <summary>What scripts read: addresses, logins, processes (api.md).</summary>
    public string SandboxFile => Path.Combine(Root, "sandbox.json");

    /// <summary>What runs now, with the start of each process, so that `down` never ends a stranger.</summary>
    public string RunFile => Path.Combine(Root, "run.json");

    /// <summary>Generated at first start.</summary>
    public string SecretsFile => Path.Combine(Root, "secrets.json");

    /// <summary>Silos, ports and the database of the last start.</summary>
    public string SettingsFile => Path.Combine(Root, "settings.json");

    /// <summary>PostgreSQL's own folder.</summary>
    public string Postgres => Path.Combine(Root, "postgres");

    /// <summary>Packages fetched once.</summary>
    public string Cache => Path.Combine(Root, "cache");

    /// <summary>The Web's Data Protection keys: sessions outlive a restart.</summary>
    public string WebKeys => Path.Combine(Root, "web-keys");

    /// <summary>A simulator's or the mail sink's memory.</summary>
    public string State(string name) => Path.Combine(Root, "state", name + ".json");

    /// <summary>The log of one process.</summary>
    public string Log(string role) => Path.Combine(Root, "logs", role + ".log");

    /// <summary>Addresses, keys and connections of the product's processes, for `migrate` and `ops`.</summary>
    public string EnvironmentFile => Path.Combine(Root, "environment.json");

    string LockFile => Path.Combine(Root, "lock");

    /// <summary>Takes `--data DIR` out of the arguments; `.sandbox` in the clone without it.</summary>
    public static DataFolder Parse(ref string[] args)
    {
        var at = Array.IndexOf(args, "--data");
        if (at < 0)
            return new DataFolder(Path.Combine(Repository.Root, ".sandbox"));
        if (at + 1 >= args.Length)
            throw new LauncherException("--data needs a folder");
        var folder = new DataFolder(args[at + 1]);
        args = [.. args.Where((_, i) => i != at && i != at + 1)];
        return folder;
    }

    /// <summary>Makes the folder and marks it as a sandbox's own.</summary>
    public void Create()
    {
        if (Directory.Exists(Root) && !IsSandbox && Directory.EnumerateFileSystemEntries(Root).Any())
            throw new LauncherException($"{Root} holds other things; give --data an empty or a new folder.");
        foreach (var folder in new[] { Root, Path.Combine(Root, "logs"), Path.Combine(Root, "state"), WebKeys })
            Directory.CreateDirectory(folder);
        // The launcher's log shows the logins.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(Root, "logs"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(Root, Marker), "made by ./webrana up\n");
    }

    /// <summary>Whether `up` made it.</summary>
    public bool IsSandbox => File.Exists(Path.Combine(Root, Marker));

    /// <summary>Deletes everything `up` made here. A folder without its mark is left alone.</summary>
    public void Delete()
    {
        if (!Directory.Exists(Root))
            return;
        if (!IsSandbox)
            throw new LauncherException($"{Root} was not made by `up`; --fresh leaves it alone.");
        PostgresFolder.At(Postgres).Delete();
        // The cache is a package from npm: fetching it again would prove nothing.
        foreach (var entry in Directory.EnumerateFileSystemEntries(Root).Where(entry => entry != Cache && entry != LockFile))
        {
            if (Directory.Exists(entry))
                Directory.Delete(entry, recursive: true);
            else
                File.Delete(entry);
        }
    }

    /// <summary>Held by the one `up` that runs on the folder; the kernel lets go of it with the process.</summary>
    /// <returns>Null when another holds it.</returns>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(LockFile))
        {
            return null;
        }
    }

    /// <summary>The end of a process's log, for a failure's report.</summary>
    public static string Tail(string log, int lines = 30)
    {
        if (!File.Exists(log))
            return "(no log)";
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines));
    }
}
