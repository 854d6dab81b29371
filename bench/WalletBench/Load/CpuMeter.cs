using System.Diagnostics;
using System.Globalization;

namespace Webrana.WalletBench.Load;

/// <summary>Processor time by part, in microseconds: what a machine that does something else as well disturbs least.</summary>
/// <param name="Host">The host, and its silo where that is another process.</param>
/// <param name="Generator">The load generator.</param>
/// <param name="Postgres">The server that the benchmark started, all its processes; 0 for a given one, whose processes are not ours to know.</param>
internal readonly record struct CpuTimes(double Host, double Generator, double Postgres)
{
    public double Total => Host + Generator + Postgres;

    public static CpuTimes operator -(CpuTimes a, CpuTimes b) => new(a.Host - b.Host, a.Generator - b.Generator, a.Postgres - b.Postgres);

    public static CpuTimes operator /(CpuTimes a, double count) => new(a.Host / count, a.Generator / count, a.Postgres / count);
}

/// <summary>Reads the processor times of everything that takes part.</summary>
internal sealed class CpuMeter(IReadOnlyList<Process> hosts, int? postmaster)
{
    private const double MicrosecondsPerTick = 1_000_000 / 100.0; // USER_HZ is 100 on every Linux that .NET runs on

    public CpuTimes Read()
    {
        double host = 0;
        foreach (var process in hosts)
        {
            process.Refresh();
            host += process.TotalProcessorTime.TotalMicroseconds;
        }

        return new CpuTimes(host, Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds, Postgres());
    }

    // Its sessions are its children; those that ended meanwhile are counted by the parent.
    private double Postgres()
    {
        if (postmaster is not { } parent || !OperatingSystem.IsLinux()) return 0;
        double ticks = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (Stat(id) is not { } stat) continue;
            if (id == parent) ticks += stat[11..15].Sum(); // own and waited-for children
            else if (stat[1] == parent) ticks += stat[11..13].Sum();
        }

        return ticks * MicrosecondsPerTick;
    }

    /// <summary>The fields of /proc/{id}/stat from the third on (state as 0), or null when the process is gone.</summary>
    private static double[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return [.. text[(text.LastIndexOf(')') + 2)..].Split(' ').Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out var value) ? value : 0)];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
