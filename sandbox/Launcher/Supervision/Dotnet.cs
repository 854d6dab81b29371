using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Supervision;

/// <summary>The `dotnet` that runs us.</summary>
static class Dotnet
{
    /// <summary>Its full path.</summary>
    internal static string Path { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host) ? host
        : Executables.Find("dotnet") ?? throw new LauncherException("dotnet is not on PATH: install the .NET 10 SDK.");
}
