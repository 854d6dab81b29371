using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Webrana.Sandbox.Postgres;

namespace Webrana.WalletBench.Contenders;

/// <summary>
/// The floor: PostgreSQL's own pgbench with its own transaction (TPC-B: three updates, one insert, one select), prepared, on the same server in the
/// same minute. No contender: it says what the machine was worth while the others were measured.
/// </summary>
internal sealed partial class PostgresFloor : IAsyncDisposable
{
    private const int Scale = 10;

    // More clients than this book less, on two cores.
    private const int MostClients = 16;

    private readonly string _program;
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly string _database;

    private PostgresFloor(string program, NpgsqlConnectionStringBuilder server, string database) =>
        (_program, _server, _database) = (program, server, database);

    /// <summary>Its tables in a database of their own; null where this PostgreSQL came without pgbench.</summary>
    public static async Task<PostgresFloor?> PrepareAsync(PostgresBinaries? binaries, string admin)
    {
        if (binaries?.Program("pgbench") is not { } program || !File.Exists(program)) return null;
        var floor = new PostgresFloor(program, new NpgsqlConnectionStringBuilder(admin), $"floor_{Guid.NewGuid():n}");
        await floor.ExecuteAsync($"CREATE DATABASE {floor._database}");
        await floor.RunAsync("-i", "-q", "-s", $"{Scale}");
        return floor;
    }

    /// <returns>Transactions a second.</returns>
    public async Task<double> MeasureAsync(int connections, double seconds)
    {
        var said = await RunAsync(
            "-n", "-M", "prepared", "-j", "1", "-c", $"{Math.Clamp(connections, 1, MostClients)}", "-T", $"{Math.Max(1, (int)seconds)}");
        return Rate().Match(said) is { Success: true } rate
            ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench named no rate:\n{said}");
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE {_database} WITH (FORCE)");

    private async Task<string> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo(
            _program, [.. args, "-h", _server.Host!, "-p", $"{_server.Port}", "-U", _server.Username!, _database])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = _server.Password; // Not on the command line, where everybody reads it.
        using var process = Process.Start(start) ?? throw new InvalidOperationException("pgbench did not start.");
        var complaints = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}:\n{await complaints}");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Rate();
}
