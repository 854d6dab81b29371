using System.Diagnostics;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>Commands of the product's own programs, run with the settings of a sandbox.</summary>
static class ProductCommand
{
    /// <summary>`migrate` on the sandbox that runs on the folder.</summary>
    internal static async Task<int> MigrateAsync(DataFolder folder, TextWriter output)
    {
        await MigrateAsync(EnvironmentOf(folder), folder.Log("migrate"), CancellationToken.None);
        await output.WriteLineAsync("The database is up to date.");
        return 0;
    }

    /// <summary>Brings the database up to date; run twice or by many at once it changes nothing more.</summary>
    internal static async Task MigrateAsync(ProductEnvironment environment, string log, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(log, append: true);
        var exit = await RunAsync(SandboxServices.SiloPath, ["migrate"], environment.Silo, TextWriter.Synchronized(writer), cancellation);
        await writer.FlushAsync(cancellation);
        if (exit != 0)
            throw new LauncherException($"The migration ended with {exit}. The end of {log}:\n{DataFolder.Tail(log)}");
    }

    /// <summary>`ops …` of the API, on the sandbox that runs on the folder.</summary>
    internal static async Task<int> OpsAsync(DataFolder folder, string[] args, TextWriter output) =>
        await RunAsync(
            SandboxServices.ApiPath,
            ["ops", .. args],
            // An operator reads the answer, not every statement behind it.
            new Dictionary<string, string>(EnvironmentOf(folder).Api) { ["Logging__LogLevel__Default"] = "Warning", ["Logging__LogLevel__Microsoft"] = "Warning" },
            output,
            CancellationToken.None);

    static ProductEnvironment EnvironmentOf(DataFolder folder) =>
        RunFile.Of(folder) is { Launcher.IsAlive: true } && JsonFile.Read<ProductEnvironment>(folder.EnvironmentFile) is { } environment
            ? environment
            : throw new LauncherException($"No sandbox runs on {folder.Root}: ./webrana up first.");

    static async Task<int> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, TextWriter output, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Dotnet.Path, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new LauncherException($"{program} did not start");
        try
        {
            await Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        async Task CopyAsync(StreamReader from)
        {
            while (await from.ReadLineAsync(cancellation) is { } line)
                await output.WriteLineAsync(line);
        }
    }
}
