using System.Text.Json;

namespace Webrana.WalletBench.Reporting;

/// <summary>What a benchmark found, as JSON where <c>--json FILE</c> says; nowhere without it.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task WriteAsync(string[] args, object result)
    {
        if (args.SkipWhile(arg => arg != "--json").Skip(1).FirstOrDefault() is { } file)
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { loadAverage = Load(), result }, Format));
    }

    private static string Load() => OperatingSystem.IsLinux() ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";
}
