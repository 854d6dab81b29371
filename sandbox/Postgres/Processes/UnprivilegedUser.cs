namespace Webrana.Sandbox.Postgres.Processes;

/// <summary>The account that PostgreSQL runs as when we are root, because the server refuses to run as root.</summary>
public sealed record UnprivilegedUser(string Name, int UserId, int GroupId)
{
    /// <summary>Whether this process is root.</summary>
    public static bool NeededHere => !OperatingSystem.IsWindows() && NativeMethods.EffectiveUserId() == 0;

    /// <summary>Null when we are not root; otherwise `postgres` where that account exists, else `nobody`.</summary>
    public static UnprivilegedUser? Choose()
    {
        if (!NeededHere)
            return null;
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 4)
            .ToDictionary(fields => fields[0], fields => fields);
        var account = accounts.GetValueOrDefault("postgres") ?? accounts.GetValueOrDefault("nobody")
            ?? throw new InvalidOperationException("PostgreSQL refuses to run as root, and there is neither a `postgres` nor a `nobody` account to run it as.");
        return new UnprivilegedUser(account[0], int.Parse(account[2], null), int.Parse(account[3], null));
    }

    /// <summary>The options of setpriv that become this user.</summary>
    public IReadOnlyList<string> SetprivOptions => ["--reuid", $"{UserId}", "--regid", $"{GroupId}", "--clear-groups"];

    /// <summary>The words before a command where there is no setpriv.</summary>
    public IReadOnlyList<string> RunuserWords =>
        ["runuser", "-u", Name, "--"];

    /// <summary>The command, run as this user.</summary>
    public IReadOnlyList<string> Run(IReadOnlyList<string> command) =>
        Executables.Find("setpriv") is { } setpriv ? [setpriv, .. SetprivOptions, .. command] : [.. RunuserWords, .. command];

    /// <summary>Whether this user may walk down to the folder (every parent lets others pass).</summary>
    public static bool CanReach(string folder)
    {
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            if (at.Exists && !OperatingSystem.IsWindows() && !File.GetUnixFileMode(at.FullName).HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }
}
