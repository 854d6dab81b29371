namespace Webrana.Sandbox.Control;

/// <summary>Where the control service finds the others.</summary>
public sealed record ControlOptions
{
    /// <summary>CONTROL_POSTGRES: the product's database, as its owner (the clock is a row there). Empty = mail only.</summary>
    public string Postgres { get; init; } = "";

    /// <summary>CONTROL_DIGITALOCEAN and CONTROL_TRIPAY: base addresses of the simulators, which follow the clock.</summary>
    public IReadOnlyList<Uri> Simulators { get; init; } = [];

    /// <summary>CONTROL_SMTP_PORT: the loopback port that mail is delivered to; 0 = any free one.</summary>
    public int SmtpPort { get; init; }

    /// <summary>--state FILE: where received mail is kept; null = in memory only.</summary>
    public string? StateFile { get; init; }

    /// <summary>A message above this size is refused with 552.</summary>
    public int MaximumMailBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long a move of the clock waits for the work that became due before it answers `settled: false`.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the environment and `--state FILE`.</summary>
    public static ControlOptions FromEnvironment(string[] args)
    {
        var state = Array.IndexOf(args, "--state");
        return new ControlOptions
        {
            Postgres = Variable("CONTROL_POSTGRES") ?? "",
            Simulators = [.. new[] { Variable("CONTROL_DIGITALOCEAN"), Variable("CONTROL_TRIPAY") }.OfType<string>().Select(address => new Uri(address))],
            SmtpPort = int.TryParse(Variable("CONTROL_SMTP_PORT"), null, out var port) ? port : 0,
            StateFile = state >= 0 && state + 1 < args.Length ? args[state + 1] : null,
        };

        static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
    }
}
