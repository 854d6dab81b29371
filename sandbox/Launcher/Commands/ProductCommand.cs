using System.Diagnostics;
using Npgsql;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres;

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

    /// <summary>`ops …` of the API, on the sandbox that runs on the folder, or on the shop whose settings `--env FILE` names.</summary>
    internal static async Task<int> OpsAsync(DataFolder folder, string[] args, TextWriter output)
    {
        var shop = TakeShop(ref args);
        var environment = new Dictionary<string, string>(shop ?? EnvironmentOf(folder).Api)
        {
            // An operator reads the answer, not every statement behind it.
            ["Logging__LogLevel__Default"] = "Warning", ["Logging__LogLevel__Microsoft"] = "Warning",
        };
        return await RunAsync(SandboxServices.ApiPath, ["ops", .. args], environment, output, CancellationToken.None, isShop: shop is not null);
    }

    static Dictionary<string, string>? TakeShop(ref string[] args)
    {
        var at = Array.IndexOf(args, "--env");
        if (at < 0)
            return null;
        if (at + 1 >= args.Length || !File.Exists(args[at + 1]))
            throw new LauncherException("--env needs the .env file of the shop");
        var settings = ProductionSettings.Read(File.ReadAllLines(args[at + 1]));
        args = [.. args.Where((_, i) => i != at && i != at + 1)];
        return ShopOf(settings);
    }

    /// <summary>What the API's commands need of a shop's settings (docs/GO-LIVE.md), under the names the API has for them.</summary>
    internal static Dictionary<string, string> ShopOf(IReadOnlyDictionary<string, string> settings)
    {
        var environment = new Dictionary<string, string> { ["DOTNET_ENVIRONMENT"] = "Production", ["ASPNETCORE_ENVIRONMENT"] = "Production" };
        if (Of("DATABASE_URL") is not { Length: > 0 } address)
            throw new LauncherException("DATABASE_URL is not set there: the application's connection string, at an address that this machine reaches.");
        environment["ConnectionStrings__Webrana"] = PostgresAddress.ToConnectionString(address);
        if (Of("POSTGRES_OWNER_PASSWORD") is { Length: > 0 } password)
        {
            environment["ConnectionStrings__WebranaOwner"] = new NpgsqlConnectionStringBuilder(environment["ConnectionStrings__Webrana"])
            {
                Username = WebranaDatabase.OwnerRole,
                Password = password,
            }.ConnectionString;
        }

        environment["Protection__CertificateFile"] = Of("PROTECTION_CERTIFICATE_FILE");
        environment["Protection__CertificatePassword"] = Of("PROTECTION_CERTIFICATE_PASSWORD");
        // Files win over variables: the usual folder of this machine must not speak for that shop.
        environment[ShopEnvironment.SecretsFolder] = Of(ShopEnvironment.SecretsFolder) is { Length: > 0 } secrets ? secrets : ShopEnvironment.NoFolder;
        // Certificates used before have no shorter name.
        foreach (var (name, value) in settings.Where(setting => setting.Key.StartsWith("Protection__Former", StringComparison.Ordinal)))
            environment[name] = value.Trim();
        return environment;

        string Of(string name) => settings.GetValueOrDefault(name, "").Trim();
    }

    static ProductEnvironment EnvironmentOf(DataFolder folder) =>
        RunFile.Of(folder) is { Launcher.IsAlive: true } && JsonFile.Read<ProductEnvironment>(folder.EnvironmentFile) is { } environment
            ? environment
            : throw new LauncherException($"No sandbox runs on {folder.Root}: ./webrana up first. For a shop: ./webrana ops … --env FILE");

    static async Task<int> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, TextWriter output, CancellationToken cancellation,
        bool isShop = false)
    {
        var start = new ProcessStartInfo(Dotnet.Path, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (isShop)
            ShopEnvironment.Withhold(start.Environment);
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
