using System.Net;
using Npgsql;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What a newcomer types, from outside: the launcher as a process, everything it starts real.</summary>
public class WholeSandboxTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_is_ready_and_described_a_second_up_says_so_down_leaves_no_process_and_the_next_up_continues()
    {
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Combine("box"));
        var portBase = $"{FreeBlock.PortBase()}";
        IReadOnlyList<RunningProcess> processes;
        Secrets secrets;
        try
        {
            var up = await LaunchAsync("up", "--detach", "--data", folder.Root, "--port-base", portBase);
            Assert.True(up.ExitCode == 0, up.Output);
            Assert.Contains("Webrana is ready", up.Output, StringComparison.Ordinal);

            secrets = Secrets.Of(folder);
            processes = RunFile.Of(folder)!.Processes;
            Assert.Equal(["api", "control", "digitalocean", "postgres", "silo-1", "silo-2", "tripay", "web"], processes.Select(process => process.Role).Order());
            await AssertDescribedAsync(JsonFile.Read<SandboxFile>(folder.SandboxFile)!, secrets);

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

    static async Task<CommandOutcome> LaunchAsync(params string[] arguments) => await Command.RunAsync(
        [Dotnet.Path, Repository.Output("sandbox/Launcher", "Webrana.Sandbox.Launcher.dll"), .. arguments], timeout: TimeSpan.FromMinutes(4), cancellation: Cancellation);
}
