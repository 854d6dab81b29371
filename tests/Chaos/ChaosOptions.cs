using System.Globalization;
using System.Security.Cryptography;
using Webrana.Chaos.Faults;
using Webrana.Sandbox.Launcher;

namespace Webrana.Chaos;

/// <summary>What a run breaks, and for how long.</summary>
/// <param name="Seed">Decides the order of the steps and everything drawn in them. What processes then do in real time is theirs.</param>
/// <param name="Time">No new step begins after it.</param>
/// <param name="Silos">How many.</param>
/// <param name="PortBase">First of the loopback ports.</param>
/// <param name="Only">Names of the faults to choose from; empty = all.</param>
/// <param name="EveryArrow">Go on until every arrow was tried in every mode, those that only rare things pass among them, however long that takes; one that was not struck is a failure.</param>
/// <param name="EachOnce">Every kind of fault once, however long that takes, and nothing more.</param>
/// <param name="Folder">Where data, logs and the client log lie; null = a temporary one, deleted after a sound run.</param>
/// <param name="Modes">How arrows are struck; empty = in all ways.</param>
/// <param name="Flows">Of which flows arrows are struck (`order`, `action` …, the first part of their names); empty = of all.</param>
/// <param name="Short">Fewer customers and shorter pauses: the part of `./webrana test`.</param>
public sealed record ChaosOptions(
    int Seed, TimeSpan Time, int Silos = 2, int PortBase = 21200, IReadOnlyList<string>? Only = null, bool EveryArrow = false,
    bool EachOnce = false, IReadOnlyList<ArrowMode>? Modes = null, IReadOnlyList<string>? Flows = null, string? Folder = null, bool Short = false)
{
    public const string Usage = """
        ./webrana chaos [--minutes N] [--seed S] [--only FAULT,FAULT…] [--every-arrow | --each-once] [--modes kill,stop,throw] [--flows FLOW,FLOW…]
                        [--silos N] [--short] [--port-base P] [--data DIR]
          Real processes on a real PostgreSQL under load, broken on purpose; after every step the books are compared with what
          customers were promised. The seed of a run is printed, and with what broke the command
          that repeats its steps: they are drawn from the seed and from what was asked for.
          --every-arrow also walks to arrows that the load never passes, names those that were not struck, and then ends with 1.
          --short has fewer customers and shorter pauses, as in ./webrana test.
          --modes and --flows narrow the arrows: `--only arrows --every-arrow --modes kill --flows order,terminate`.
          Faults: see docs/OPERATIONS.md, or give --only ? for their names.
        """;

    /// <summary>
    /// The command whose run takes the same steps: a step is drawn from the seed, but from among what was asked for. Ports and folders are left out; they
    /// decide nothing.
    /// </summary>
    public string Replay => string.Join(' ',
    [
        "./webrana chaos", string.Create(CultureInfo.InvariantCulture, $"--seed {Seed} --minutes {Time.TotalMinutes:0.##} --silos {Silos}"),
        .. Only is { Count: > 0 } ? [$"--only {string.Join(',', Only)}"] : Array.Empty<string>(),
        .. Modes is { Count: > 0 } ? [$"--modes {string.Join(',', Modes).ToLowerInvariant()}"] : Array.Empty<string>(),
        .. Flows is { Count: > 0 } ? [$"--flows {string.Join(',', Flows)}"] : Array.Empty<string>(),
        .. EveryArrow ? ["--every-arrow"] : Array.Empty<string>(),
        .. EachOnce ? ["--each-once"] : Array.Empty<string>(),
        .. Short ? ["--short"] : Array.Empty<string>(),
    ]);

    /// <summary>Reads the command line; null when it cannot be understood.</summary>
    public static ChaosOptions? Parse(string[] args)
    {
        var options = new ChaosOptions(RandomNumberGenerator.GetInt32(1, 1_000_000), TimeSpan.FromMinutes(10));
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--every-arrow")
            {
                options = options with { EveryArrow = true };
                continue;
            }

            if (args[i] == "--each-once")
            {
                options = options with { EachOnce = true };
                continue;
            }

            if (args[i] == "--short")
            {
                options = options with { Short = true };
                continue;
            }

            if (i + 1 >= args.Length)
                return null;
            var value = args[++i];
            switch (args[i - 1])
            {
                case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0:
                    options = options with { Time = TimeSpan.FromMinutes(minutes) };
                    break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--silos" when int.TryParse(value, CultureInfo.InvariantCulture, out var silos) && silos is >= 2 and <= 8:
                    options = options with { Silos = silos };
                    break;
                case "--port-base" when int.TryParse(value, CultureInfo.InvariantCulture, out var port):
                    options = options with { PortBase = port };
                    break;
                case "--data":
                    options = options with { Folder = Path.GetFullPath(value) };
                    break;
                case "--modes":
                    options = options with { Modes = [.. Words(value).Select(ModeOf)] };
                    break;
                case "--flows":
                    options = options with { Flows = Words(value) };
                    var strange = options.Flows.Except(Arrows.All.Except(Arrows.Exempt.Keys).Select(Arrows.FlowOf)).ToList();
                    if (strange.Count > 0)
                        throw new LauncherException($"No flow that anybody walks is called {string.Join(", ", strange)}.");
                    break;
                case "--only":
                    options = options with { Only = Words(value) };
                    var unknown = options.Only.Except(FaultPlan.Names).ToList();
                    if (unknown.Count > 0)
                        throw new LauncherException($"No fault is called {string.Join(", ", unknown)}. There are: {string.Join(", ", FaultPlan.Names)}.");
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    private static string[] Words(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ArrowMode ModeOf(string word) =>
        Enum.TryParse<ArrowMode>(word, ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            ? mode
            : throw new LauncherException($"An arrow cannot be struck by {word}. There are: kill, stop, throw.");
}
