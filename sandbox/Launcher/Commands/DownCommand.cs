using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>`down`: stops everything that `up` started on a data folder, from any shell, and nothing else.</summary>
static class DownCommand
{
    const int Terminate = 15;

    static readonly TimeSpan LauncherPatience = TimeSpan.FromSeconds(90);

    internal static async Task<int> RunAsync(DataFolder folder, TextWriter output)
    {
        if (RunFile.Of(folder) is not { } run)
        {
            await output.WriteLineAsync($"Nothing runs on {folder.Root}.");
            return 0;
        }

        // The launcher stops its children itself; what is left afterwards, of a launcher that was killed, is stopped here.
        if (run.Launcher.Signal(Terminate))
            await run.Launcher.WaitForExitAsync(LauncherPatience);
        await StopLeftoversAsync(folder, output);
        await output.WriteLineAsync("Webrana is down.");
        return 0;
    }

    /// <summary>Stops the children of a launcher that is gone.</summary>
    internal static async Task StopLeftoversAsync(DataFolder folder, TextWriter output)
    {
        if (RunFile.Of(folder) is not { } run)
            return;
        if (run.Launcher.IsAlive)
            throw new LauncherException($"The launcher (process {run.Launcher.Pid}) does not stop; see {folder.Log("launcher")}.");
        await Shutdown.StopAsync(run.Processes, output);
        File.Delete(folder.SandboxFile);
        File.Delete(folder.RunFile);
    }
}
