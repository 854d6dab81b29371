using System.Diagnostics;
using System.Runtime.InteropServices;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>`up`: starts everything. One process supervises until it is told to stop; with --detach that process is in the background.</summary>
static class UpCommand
{
    internal static async Task<int> RunAsync(UpOptions options, TextWriter output)
    {
        var folder = options.Data;
        if (await SaysItRunsAsync(folder, output))
            return options.Fresh ? throw new LauncherException("--fresh deletes the data: ./webrana down first.") : 0;
        folder.Create();
        using (var mine = folder.TryLock())
        {
            if (mine is null)
                throw new LauncherException($"Another `up` is just starting on {folder.Root}.");
            await DownCommand.StopLeftoversAsync(folder, output);
            if (options.Fresh)
                await StartAfreshAsync(folder, DatabaseServer.Given, output);
            if (!options.Detach)
                return await SuperviseAsync(options, output);
        }

        return await DetachAsync(options, output);
    }

    static async Task<bool> SaysItRunsAsync(DataFolder folder, TextWriter output)
    {
        if (RunFile.Of(folder) is not { Ready: true, Launcher.IsAlive: true } || JsonFile.Read<SandboxFile>(folder.SandboxFile) is not { } running)
            return false;
        await output.WriteLineAsync("Webrana is already running.");
        await ShowAsync(running, folder, output);
        return true;
    }

    internal static async Task StartAfreshAsync(DataFolder folder, string? given, TextWriter output)
    {
        // On a server we were given, only the database that `up` itself created there.
        if (JsonFile.Read<SandboxSettings>(folder.SettingsFile)?.CreatedDatabase is { } created && given is not null)
        {
            await WebranaDatabase.DropAsync(new Npgsql.NpgsqlConnectionStringBuilder(given) { Database = "postgres", Pooling = false }.ConnectionString, created);
            await output.WriteLineAsync($"Dropped the database {created}, which an earlier `up` created.");
        }

        folder.Delete();
        folder.Create();
    }

    static async Task<int> SuperviseAsync(UpOptions options, TextWriter output)
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        var supervisor = new Supervisor(options.Data, output);
        try
        {
            await StartAllAsync(options, supervisor, output, stop.Token);
            await supervisor.WatchAsync(stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (LauncherException e)
        {
            await output.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            await output.WriteLineAsync("Stopping …");
            await supervisor.StopAsync();
            await output.WriteLineAsync("Stopped.");
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    static async Task StartAllAsync(UpOptions options, Supervisor supervisor, TextWriter output, CancellationToken cancellation)
    {
        var folder = options.Data;
        var watch = Stopwatch.StartNew();
        var settings = SandboxSettings.Of(options);
        var secrets = Secrets.Of(folder);
        supervisor.Record(ready: false);
        var ports = new SandboxPorts(settings.PortBase);

        var log = supervisor.NewLog("postgres");
        var postgres = await DatabaseServer.StartAsync(folder, ports.Postgres, secrets, log, cancellation);
        if (postgres.Server is { } server)
            supervisor.Adopt("postgres", server.Process, log);
        await output.WriteLineAsync($"PostgreSQL is ready ({postgres.Origin})");
        (settings with { CreatedDatabase = postgres.CreatedDatabase ?? settings.CreatedDatabase }).Write(folder);

        var services = new SandboxServices(folder, ports, secrets, postgres.Database);
        JsonFile.Write(folder.EnvironmentFile, services.Environment());
        // The simulators need no tables and the migration no simulators.
        await Task.WhenAll(
            supervisor.StartAsync(services.Simulators(), cancellation),
            ProductCommand.MigrateAsync(services.Environment(), supervisor.NewLog("migrate"), cancellation));
        await output.WriteLineAsync("Simulators, mail sink and clock are ready; the database is up to date");
        await supervisor.StartAsync(Enumerable.Range(1, settings.Silos).Select(services.Silo), cancellation);
        await output.WriteLineAsync($"{settings.Silos} silo(s) are ready");
        await supervisor.StartAsync([services.Api(), services.Web()], cancellation);

        var file = Describe(ports, secrets, postgres.Database, supervisor.Running);
        JsonFile.Write(folder.SandboxFile, file);
        await output.WriteLineAsync($"Webrana is ready ({watch.Elapsed.TotalSeconds:0.0} s)");
        await ShowAsync(file, folder, output);
        // Last: `up --detach` waits for this and then shows what was printed.
        supervisor.Record(ready: true);
    }

    static SandboxFile Describe(SandboxPorts ports, Secrets secrets, WebranaDatabase database, IReadOnlyList<RunningProcess> processes) => new(
        SandboxPorts.Address(ports.Web),
        SandboxPorts.Address(ports.Api),
        SandboxPorts.Address(ports.DigitalOcean),
        SandboxPorts.Address(ports.Tripay),
        SandboxPorts.Address(ports.Control),
        PostgresAddress.ToUri(database.OwnerConnectionString),
        new SandboxLogins(new(secrets.AdminEmail, secrets.AdminPassword), new(secrets.CustomerEmail, secrets.CustomerPassword)),
        secrets.DigitalOceanToken,
        secrets.TripayApiKey,
        secrets.TripayPrivateKey,
        secrets.TripayMerchantCode,
        [.. processes.Select(process => new SandboxProcess(process.Role, process.Identity.Pid, process.Log))]);

    static async Task ShowAsync(SandboxFile file, DataFolder folder, TextWriter output) => await output.WriteLineAsync(
        $"""
          Web           {file.Web}
          API           {file.Api}/swagger
          DigitalOcean  {file.DigitalOcean}  (simulator)
          Tripay        {file.Tripay}  (simulator)
          Mail, clock   {file.Control}
          Admin         {file.Logins.Admin.Email}  {file.Logins.Admin.Password}
          Customer      {file.Logins.Customer.Email}  {file.Logins.Customer.Password}
          Details       {folder.SandboxFile}
        """);

    static async Task<int> DetachAsync(UpOptions options, TextWriter output)
    {
        var folder = options.Data;
        var log = new Supervisor(folder, output).NewLog("launcher");
        List<string> command = [Dotnet.Path, Repository.Output("sandbox/Launcher", "Webrana.Sandbox.Launcher.dll"), "up", "--data", folder.Root];
        if (options.Silos is { } silos)
            command.AddRange(["--silos", $"{silos}"]);
        if (options.PortBase is { } portBase)
            command.AddRange(["--port-base", $"{portBase}"]);
        using var background = await ChildProcess.StartAsync(new ChildStart { Command = command, LogFile = log, WorkingFolder = Repository.Root });
        var identity = ProcessIdentity.Of(background.Id);

        // The background process ends by itself when anything fails, so this loop needs no deadline of its own.
        while (RunFile.Of(folder) is not { Ready: true } run || !IsOurs(run.Launcher))
        {
            if (background.HasExited)
            {
                await output.WriteLineAsync(DataFolder.Tail(log, 60));
                return 1;
            }

            await Task.Delay(100);
        }

        await output.WriteLineAsync(DataFolder.Tail(log, int.MaxValue));
        return 0;

        // On Windows what was started is a shell around the launcher; nothing ran here before it.
        bool IsOurs(ProcessIdentity launcher) => OperatingSystem.IsWindows() ? launcher.IsAlive : launcher == identity;
    }
}
