using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>What runs on a data folder now. Written after every start, so that a crash of the launcher leaves no process unknown.</summary>
/// <param name="Launcher">The process that supervises.</param>
/// <param name="Ready">Whether everything answered.</param>
/// <param name="Processes">In the order they were started.</param>
public sealed record RunFile(ProcessIdentity Launcher, bool Ready, IReadOnlyList<RunningProcess> Processes)
{
    /// <summary>Who runs on the folder, or null. A file whose launcher is gone counts: its children may not be.</summary>
    public static RunFile? Of(DataFolder folder) => JsonFile.Read<RunFile>(folder.RunFile);

    /// <summary>Keeps it.</summary>
    public void Write(DataFolder folder) => JsonFile.Write(folder.RunFile, this);
}

/// <summary>One started process.</summary>
/// <param name="Role">`silo-1`, `api` …</param>
/// <param name="Identity">Pid and start.</param>
/// <param name="Log">Its log.</param>
public sealed record RunningProcess(string Role, ProcessIdentity Identity, string Log);
