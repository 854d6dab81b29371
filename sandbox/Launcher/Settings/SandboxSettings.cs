using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>What a second `up` on the same data takes over from the first.</summary>
/// <param name="Silos">How many.</param>
/// <param name="PortBase">P of api.md.</param>
/// <param name="CreatedDatabase">The database `up` created on a server it was given, or null: only that one may `--fresh` drop.</param>
public sealed record SandboxSettings(int Silos, int PortBase, string? CreatedDatabase)
{
    /// <summary>The options over those of the last start over the defaults.</summary>
    public static SandboxSettings Of(UpOptions options)
    {
        var last = JsonFile.Read<SandboxSettings>(options.Data.SettingsFile);
        return new SandboxSettings(options.Silos ?? last?.Silos ?? 2, options.PortBase ?? last?.PortBase ?? 7080, last?.CreatedDatabase);
    }

    /// <summary>Keeps them for the next start.</summary>
    public void Write(DataFolder folder) => JsonFile.Write(folder.SettingsFile, this);
}

/// <summary>The loopback ports of one run. The first five are agreed (api.md) and must be free; the others give way.</summary>
public sealed class SandboxPorts
{
    readonly int _base;

    /// <summary>Checks the agreed ports.</summary>
    /// <exception cref="LauncherException">One is taken.</exception>
    public SandboxPorts(int portBase)
    {
        _base = portBase;
        for (var port = portBase; port < portBase + 5; port++)
        {
            if (!FreePort.IsFree(port))
                throw new LauncherException($"Port {port} is in use. Stop what uses it, or choose others: ./webrana up --port-base {portBase + 100}");
        }

        Smtp = Near(5);
        Postgres = Near(6);
    }

    public int Web => _base;

    public int Api => _base + 1;

    public int DigitalOcean => _base + 2;

    public int Tripay => _base + 3;

    public int Control => _base + 4;

    public int Smtp { get; }

    public int Postgres { get; }

    /// <summary>The three ports of a silo: to other silos, to clients, health.</summary>
    public (int Silo, int Gateway, int Http) OfSilo(int number) => (Near(7 + (number * 3)), Near(8 + (number * 3)), Near(9 + (number * 3)));

    /// <summary>An address on loopback.</summary>
    public static string Address(int port) => $"http://127.0.0.1:{port}";

    int Near(int offset) => FreePort.IsFree(_base + offset) ? _base + offset : FreePort.Next();
}
