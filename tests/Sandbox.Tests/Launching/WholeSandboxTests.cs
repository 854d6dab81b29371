using System.Diagnostics;
using System.Net;
using Npgsql;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What a newcomer types, from outside: the launcher as a process, everything it starts real.</summary>
public class WholeSandboxTests
{
    static readonly string LauncherProgram = Repository.Output("sandbox/Launcher", "Webrana.Sandbox.Launcher.dll");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_is_ready_and_described_a_second_up_says_so_down_leaves_no_process_and_the_next_up_continues()
    {
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Combine("box"));
        var portBase = $"{FreeBlock.PortBase()}";
        IReadOnlyList<RunningProcess> processes;
        Secrets secrets;
        Guid admin;
        try
        {
            var up = await LaunchAsync("up", "--detach", "--data", folder.Root, "--port-base", portBase);
            Assert.True(up.ExitCode == 0, up.Output);
            Assert.Contains("Webrana is ready", up.Output, StringComparison.Ordinal);

            secrets = Secrets.Of(folder);
            processes = RunFile.Of(folder)!.Processes;
            Assert.Equal(["api", "control", "digitalocean", "postgres", "silo-1", "silo-2", "tripay", "web"], processes.Select(process => process.Role).Order());
            await AssertDescribedAsync(JsonFile.Read<SandboxFile>(folder.SandboxFile)!, secrets);
            admin = await AdminAsync(folder);
            AssertOnLoopbackOnly(int.Parse(portBase, null));

            var again = await LaunchAsync("up", "--data", folder.Root);
            Assert.Contains("already running", again.Output, StringComparison.Ordinal);
            Assert.Equal(0, (await LaunchAsync("migrate", "--data", folder.Root)).ExitCode);
        }
        finally
        {
            await LaunchAsync("down", "--data", folder.Root);
        }

        Assert.All(processes, process => Assert.False(process.Identity.IsAlive, process.Role));
        Assert.False(File.Exists(folder.SandboxFile));

        // Continues: same keys and data, and the options of the first time.
        try
        {
            var up = await LaunchAsync("up", "--detach", "--data", folder.Root);
            Assert.True(up.ExitCode == 0, up.Output);
            Assert.Equal(secrets, Secrets.Of(folder));
            Assert.Equal(admin, await AdminAsync(folder));
            Assert.EndsWith(portBase, JsonFile.Read<SandboxFile>(folder.SandboxFile)!.Web, StringComparison.Ordinal);
            processes = RunFile.Of(folder)!.Processes;

            // However the launcher dies, nothing it started outlives it.
            RunFile.Of(folder)!.Launcher.Signal(9);
            foreach (var process in processes)
                Assert.True(await process.Identity.WaitForExitAsync(TimeSpan.FromSeconds(60), Cancellation), process.Role);
        }
        finally
        {
            await LaunchAsync("down", "--data", folder.Root);
        }
    }

    /// <summary>With PostgreSQL from npm, as on a machine that has none: the other test takes what is installed.</summary>
    [Fact]
    public async Task Ctrl_C_stops_whatever_was_started_by_then_the_packaged_PostgreSQL_too()
    {
        const int Interrupt = 2;
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Combine("box"));
        // As a terminal starts it: beneath a test run in the background the signal may be ignored, and would stay so.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Dotnet.Path, LauncherProgram, "up", "--data", folder.Root, "--port-base", $"{FreeBlock.PortBase()}"])
        {
            RedirectStandardOutput = true,
            Environment = { ["WEBRANA_POSTGRES"] = "", ["WEBRANA_POSTGRES_SOURCE"] = "package" },
        };
        using var up = Process.Start(start)!;
        var output = up.StandardOutput.ReadToEndAsync(Cancellation);
        try
        {
            await Eventually.Async(() => RunFile.Of(folder) is { Processes.Count: > 1 }, TimeSpan.FromMinutes(5), "the database and a simulator run", Cancellation);
            var run = RunFile.Of(folder)!;
            Assert.True(run.Launcher.Signal(Interrupt));
            await up.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

            Assert.Equal(130, up.ExitCode);
            var said = await output;
            Assert.Contains($"PostgreSQL is ready (npm package {PackagedPostgres.PackageName}@", said, StringComparison.Ordinal);
            Assert.EndsWith("Stopped.", said.TrimEnd(), StringComparison.Ordinal);
            Assert.All(run.Processes, process => Assert.False(process.Identity.IsAlive, process.Role));
            Assert.Null(RunFile.Of(folder));
        }
        finally
        {
            await LaunchAsync("down", "--data", folder.Root);
        }
    }

    static async Task AssertDescribedAsync(SandboxFile sandbox, Secrets secrets)
    {
        using var http = new HttpClient();
        foreach (var address in new[] { sandbox.Web, sandbox.Api, sandbox.DigitalOcean, sandbox.Tripay, sandbox.Control })
        {
            using var answer = await http.GetAsync(new Uri(address + "/health/ready"), Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        // The doctor's words for it, of the real one.
        var consoles = await ProductionProbes.WebSocketsAsync(sandbox.Api, sandbox.Web);
        Assert.True(consoles.Ok, consoles.ToString());
        var panel = await ProductionProbes.PanelLineAsync(sandbox.Web);
        Assert.True(panel.Ok, panel.ToString());
        var token = await ProductionProbes.ScopesAsync(sandbox.DigitalOceanToken, new Uri(sandbox.DigitalOcean));
        Assert.True(token.Ok, token.ToString());
        Assert.Equal(new SandboxLogin(secrets.AdminEmail, secrets.AdminPassword), sandbox.Logins.Admin);
        await using var connection = new NpgsqlConnection(PostgresAddress.ToConnectionString(sandbox.Postgres));
        await connection.OpenAsync(Cancellation);
        await using var silos = new NpgsqlCommand("select count(*) from business_clock", connection);
        Assert.Equal(1L, await silos.ExecuteScalarAsync(Cancellation));
    }

    /// <summary>Five front doors, mail, PostgreSQL, and three ports of each silo.</summary>
    static void AssertOnLoopbackOnly(int portBase)
    {
        const string Listening = "0A", Loopback = "0100007F";
        var doors = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(file => File.ReadLines(file).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(socket => socket[3] == Listening)
            .Select(socket => socket[1].Split(':'))
            .Where(door => Convert.ToInt32(door[1], 16) - portBase is >= 0 and < 20).ToList();
        Assert.True(doors.Count >= 13, $"{doors.Count} ports are listened on");
        Assert.All(doors, door => Assert.Equal(Loopback, door[0]));
    }

    /// <summary>Drawn by the seed, and so another one in another database.</summary>
    static async Task<Guid> AdminAsync(DataFolder folder)
    {
        var owner = PostgresAddress.ToConnectionString(JsonFile.Read<SandboxFile>(folder.SandboxFile)!.Postgres);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var seeded = new NpgsqlCommand("select id from identity.users where normalized_email = upper($1)", connection)
        {
            Parameters = { new() { Value = Secrets.Of(folder).AdminEmail } },
        };
        return (Guid)(await seeded.ExecuteScalarAsync(Cancellation))!;
    }

    static async Task<CommandOutcome> LaunchAsync(params string[] arguments) => await Command.RunAsync(
        [Dotnet.Path, LauncherProgram, .. arguments], timeout: TimeSpan.FromMinutes(4), cancellation: Cancellation);
}
