namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>`sandbox.json`, exactly as api.md fixes it.</summary>
public sealed record SandboxFile(
    string Web,
    string Api,
    string DigitalOcean,
    string Tripay,
    string Control,
    string Postgres,
    SandboxLogins Logins,
    string DigitalOceanToken,
    string TripayApiKey,
    string TripayPrivateKey,
    string TripayMerchantCode,
    IReadOnlyList<SandboxProcess> Processes);

/// <summary>Who can log in.</summary>
public sealed record SandboxLogins(SandboxLogin Admin, SandboxLogin Customer);

/// <summary>One login.</summary>
public sealed record SandboxLogin(string Email, string Password);

/// <summary>One process of the sandbox.</summary>
public sealed record SandboxProcess(string Role, int Pid, string Log);
