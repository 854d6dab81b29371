using System.Diagnostics;
using System.Globalization;
using Webrana.Data;
using Webrana.Data.Backups;
using Webrana.Data.Migrations;

namespace Webrana.Api.Ops;

/// <summary><c>ops backup --to FILE</c> and <c>ops restore --from FILE</c>.</summary>
internal static class Backups
{
    public static async Task<int> BackupAsync(DataOptions data, string[] arguments, TextWriter output, TextWriter errors)
    {
        if (new ConfigurationBuilder().AddCommandLine(arguments).Build()["to"] is not { Length: > 0 } file)
        {
            await errors.WriteLineAsync("Usage: ops backup --to FILE");
            return 2;
        }

        var watch = Stopwatch.StartNew();
        var partial = file + ".partial";
        BackupManifest manifest;
        await using (var stream = new FileStream(partial, Private(FileMode.Create)))
            manifest = await new DatabaseBackup(data.ConnectionString, TimeProvider.System).WriteAsync(stream);
        // Under its own name only when it is whole.
        File.Move(partial, file, overwrite: true);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{file}: {manifest.Tables.Sum(table => table.Rows)} rows of {manifest.Tables.Count} tables, {new FileInfo(file).Length / 1024} KiB, {watch.Elapsed.TotalSeconds:0.0} s. It holds keys and customers' data: guard it like the database."));
        return 0;
    }

    public static async Task<int> RestoreAsync(DataOptions data, IConfiguration configuration, string[] arguments, TextWriter output, TextWriter errors)
    {
        if (new ConfigurationBuilder().AddCommandLine(arguments).Build()["from"] is not { Length: > 0 } file || !File.Exists(file))
        {
            await errors.WriteLineAsync("Usage: ops restore --from FILE, into the empty database of ConnectionStrings:Webrana and :WebranaOwner");
            return 2;
        }

        using var quiet = LoggerFactory.Create(_ => { });
        var migrator = new Migrator(data, quiet.CreateLogger<Migrator>()) { AllowClockMoves = configuration.GetValue<bool>("Sandbox:Clock") };
        await migrator.MigrateAsync();
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            var manifest = await new DatabaseRestore(data.OwnerConnectionString ?? data.ConnectionString).ReadAsync(stream);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Restored {manifest.Tables.Sum(table => table.Rows)} rows as of {manifest.TakenAt:O}."));
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
            return 1;
        }

        // The books of the very moment: what was in flight then is still in flight, and is finished when silos start.
        await using var sources = new DataSources(data);
        return await Reconcile.RunAsync(sources, json: false, output);
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
