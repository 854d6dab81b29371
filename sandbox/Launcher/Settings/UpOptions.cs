using System.Globalization;

namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>The options of `up`. What is not given is as it was the last time on the same data, else the default.</summary>
/// <param name="Data">The data folder; `.sandbox` in the clone.</param>
/// <param name="Detach">Return once ready.</param>
/// <param name="Fresh">Start from nothing: what `up` itself created there is deleted first.</param>
/// <param name="Silos">How many silos; 2.</param>
/// <param name="PortBase">P: Web P, API P+1, DigitalOcean P+2, Tripay P+3, control P+4; 7080.</param>
public sealed record UpOptions(DataFolder Data, bool Detach, bool Fresh, int? Silos, int? PortBase)
{
    /// <summary>Reads the command line.</summary>
    /// <exception cref="LauncherException">An option is unknown or its value is out of range.</exception>
    public static UpOptions Parse(string[] args)
    {
        var options = new UpOptions(DataFolder.Parse(ref args), false, false, null, null);
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--detach" => options with { Detach = true },
                "--fresh" => options with { Fresh = true },
                "--silos" => options with { Silos = Number(args, ++i, 1, 16) },
                "--port-base" => options with { PortBase = Number(args, ++i, 1024, 65_000) },
                var unknown => throw new LauncherException($"up: unknown option {unknown}"),
            };
        }

        return options;
    }

    static int Number(string[] args, int at, int least, int most) =>
        at < args.Length && int.TryParse(args[at], CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new LauncherException($"{args[at - 1]} needs a number from {least} to {most}");
}
