using System.Globalization;

namespace Webrana.WalletBench;

/// <summary>What to measure and how long.</summary>
internal sealed record BenchOptions
{
    /// <summary>An administrator's connection to a running server; null = start one of our own, durable, in a temporary folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>Interleaved rounds; medians are over these.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Measured seconds per contender, load and round.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Seconds of the same load before measuring.</summary>
    public double WarmSeconds { get; init; } = 2;

    /// <summary>Keep-alive connections, each with one request in flight (closed loop).</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Requests a second that are offered to every contender alike, answered or not (open loop); 0 = each connection asks again when it was answered.</summary>
    public int Rate { get; init; }

    /// <summary>Wallets of the uniform load.</summary>
    public int Wallets { get; init; } = 10_000;

    /// <summary>Connections to PostgreSQL that the row-at-a-time contenders are tried with; each is measured with its best for the load.</summary>
    public IReadOnlyList<int> Pools { get; init; } = [4, 8, 16, 32];

    /// <summary>Who takes part; ratios are against those that do.</summary>
    public IReadOnlyList<string> Contenders { get; init; } = ["for-update", "update", "ef-core", "orleans-docs", "group", "webrana", "webrana-apart", "postgres"];

    /// <summary><c>hot</c>: one wallet; <c>uniform</c>: <see cref="Wallets"/> of them.</summary>
    public IReadOnlyList<string> Loads { get; init; } = ["hot", "uniform"];

    /// <summary>Where the JSON goes beside the standard output; null = nowhere else.</summary>
    public string? Json { get; init; }

    /// <summary>The host's port (host process only).</summary>
    public int Port { get; init; }

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var n = 1; n < args.Length; n++)
        {
            options = args[n] switch
            {
                "--quick" => options with { Rounds = 2, Seconds = 2.5, WarmSeconds = 1.5, Pools = [16] },
                "--postgres" => options with { Postgres = args[++n] },
                "--rounds" => options with { Rounds = Number(args[++n]) },
                "--seconds" => options with { Seconds = Number(args[++n]) },
                "--connections" => options with { Connections = Number(args[++n]) },
                "--rate" => options with { Rate = Number(args[++n]) },
                "--wallets" => options with { Wallets = Number(args[++n]) },
                "--pools" => options with { Pools = [.. args[++n].Split(',').Select(Number)] },
                "--contenders" => options with { Contenders = args[++n].Split(',') },
                "--loads" => options with { Loads = args[++n].Split(',') },
                "--json" => options with { Json = args[++n] },
                "--port" => options with { Port = Number(args[++n]) },
                var unknown => throw new ArgumentException($"Unknown option {unknown}."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
