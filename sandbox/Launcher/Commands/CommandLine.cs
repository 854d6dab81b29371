using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Testing;
using Webrana.Sandbox.Launcher.Testing.Mutants;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>Picks the command.</summary>
public static class CommandLine
{
    const string Usage = """
        ./webrana up [--detach] [--data DIR] [--silos N] [--port-base P] [--fresh]   start everything
        ./webrana down [--data DIR]                  stop everything `up` started
        ./webrana test [PROJECT …]                   build and run every test, with coverage
        ./webrana bench NAME                         measure
        ./webrana chaos [--minutes N] [--seed S]     break things on purpose, and compare the books with what was promised
        ./webrana mutants [NAME …]                   do the suites notice? seeded faults, each with the test that must catch it
        ./webrana fuzz [--minutes N] [--seed S [--steps N]]   ask the API anything at all, for as long as wanted; seed and steps ask the same again
        ./webrana audit                              dependencies with known advisories
        ./webrana migrate [--data DIR]               bring the database up to date
        ./webrana ops … [--data DIR | --env FILE]    operators' commands of the API (create-admin, …), on a sandbox or a shop
        ./webrana doctor [--data DIR]                what is missing here, and how to get it
        ./webrana doctor --production [--env FILE]   what is missing to take real money (docs/GO-LIVE.md)
        """;

    /// <summary>Runs one command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        try
        {
            var rest = args.Skip(1).ToArray();
            return args.FirstOrDefault() switch
            {
                "up" => await UpCommand.RunAsync(UpOptions.Parse(rest), output),
                "down" => await DownCommand.RunAsync(DataFolder.Parse(ref rest), output),
                "migrate" => await ProductCommand.MigrateAsync(DataFolder.Parse(ref rest), output),
                "ops" => await ProductCommand.OpsAsync(DataFolder.Parse(ref rest), rest, output),
                "doctor" when rest is ["--production", .. var given] => await ProductionDoctor.RunAsync(given, output),
                "doctor" => await DoctorCommand.RunAsync(DataFolder.Parse(ref rest), output),
                "test" => await TestCommand.RunAsync(rest, output),
                "bench" => await ExternalCommand.BenchAsync(rest, output),
                "mutants" => await MutantsCommand.RunAsync(rest, output),
                "chaos" => await ExternalCommand.ChaosAsync(rest),
                "fuzz" => await ExternalCommand.FuzzAsync(rest, output),
                "audit" => await AuditCommand.RunAsync(output),
                _ => await ShowUsageAsync(args, output),
            };
        }
        catch (LauncherException e)
        {
            await output.WriteLineAsync(e.Message);
            return 1;
        }
    }

    static async Task<int> ShowUsageAsync(string[] args, TextWriter output)
    {
        await output.WriteLineAsync(Usage);
        return args is [] or ["help"] or ["--help"] or ["-h"] ? 0 : 2;
    }
}
