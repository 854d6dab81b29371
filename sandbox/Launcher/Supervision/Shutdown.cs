using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Launcher.Supervision;

/// <summary>Stops recorded processes: those in front first, the database last, each gracefully and then for certain.</summary>
static class Shutdown
{
    const int Interrupt = 2; // PostgreSQL's fast shutdown; TERM would wait for every session.
    const int Kill = 9;
    const int Terminate = 15;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    // A silo must still have its database, and the API its silos, while they finish what they promised.
    static readonly string[][] Order = [["web", "api"], ["silo"], ["digitalocean", "tripay", "control"], ["postgres"]];

    internal static async Task StopAsync(IReadOnlyList<RunningProcess> processes, TextWriter output)
    {
        foreach (var roles in Order)
            await Task.WhenAll(processes.Where(process => roles.Contains(process.Role.Split('-')[0])).Select(process => StopAsync(process, output)));
    }

    static async Task StopAsync(RunningProcess process, TextWriter output)
    {
        // The identity check inside makes a recycled pid a stranger, and strangers are left alone.
        if (!process.Identity.Signal(process.Role == "postgres" ? Interrupt : Terminate)
            || await process.Identity.WaitForExitAsync(Patience))
            return;
        await output.WriteLineAsync($"{process.Role} did not stop within {Patience.TotalSeconds:0} s and is killed; its log: {process.Log}");
        process.Identity.Signal(Kill);
        await process.Identity.WaitForExitAsync(TimeSpan.FromSeconds(10));
    }
}
