namespace Webrana.Sandbox.DigitalOcean;

/// <summary>How a simulator is started.</summary>
public sealed class DigitalOceanSimulatorOptions
{
    /// <summary>Where to listen; loopback only. Port 0 picks a free one.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:0";

    /// <summary>Accepted bearer tokens; each is an account of its own.</summary>
    public IReadOnlyList<string> Tokens { get; set; } = ["sandbox-token"];

    /// <summary>What a token may do, by token: the scopes it was made with. One that is not named here has full access.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Scopes { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Where to keep the state across restarts; null forgets it.</summary>
    public string? StateFile { get; set; }

    /// <summary>How long a power action takes. 0: done when next looked at. A kept state's own setting wins.</summary>
    public double ActionSeconds { get; set; } = 3;

    /// <summary>Droplets per account. A kept state's own setting wins.</summary>
    public int DropletLimit { get; set; } = 100;

    /// <summary>Requests a minute per token, as at the real provider. A kept state's own setting wins.</summary>
    public int RequestsPerMinute { get; set; } = 250;

    /// <summary>Requests an hour per token, as at the real provider. A kept state's own setting wins.</summary>
    public int RequestsPerHour { get; set; } = 5_000;

    /// <summary>The machine's clock: how far actions are, and the request budget. Tests give a fake one.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Log to the console.</summary>
    public bool Verbose { get; set; }
}
