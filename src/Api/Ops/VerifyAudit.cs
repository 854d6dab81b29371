using System.Globalization;
using Webrana.Data;
using Webrana.Data.Audit;

namespace Webrana.Api.Ops;

/// <summary>
/// <c>ops verify-audit [--expect SEQ:HASH]</c>: walks the audit log's chain. Whoever owns the database could write a whole new chain; they
/// could not make it pass through a hash that was noted elsewhere, which is what <c>--expect</c> compares.
/// </summary>
internal static class VerifyAudit
{
    public static async Task<int> RunAsync(DataSources sources, string? expected, TextWriter output)
    {
        var chain = new AuditChain(sources);
        if (expected is not null && !TryRead(expected, out _, out _))
        {
            await output.WriteLineAsync("Usage: ops verify-audit [--expect SEQ:HASH]");
            return 2;
        }

        var verdict = await chain.VerifyAsync();
        foreach (var found in verdict.Breaks)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"BROKEN  line {found.Sequence}: {Words(found.What)}"));
        var asNoted = expected is null || (TryRead(expected, out var sequence, out var hash) && await chain.HashAsync(sequence) == hash);
        if (!asNoted)
            await output.WriteLineAsync($"BROKEN  the chain does not pass through {expected}: it was rewritten, or it is another shop's.");
        var intact = verdict.IsIntact && asNoted;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{verdict.Lines} lines, head {verdict.HeadSequence}:{verdict.HeadHash}"));
        await output.WriteLineAsync(intact ? "The audit log is intact. Note the head somewhere else." : "The audit log is NOT intact.");
        return intact ? 0 : 1;
    }

    private static string Words(string what) => what switch
    {
        "altered" => "it is not what was written",
        "missing" => "it is missing",
        "foreign" => "it does not follow the line before it",
        _ => "the head names other lines: the end was cut off or added to",
    };

    private static bool TryRead(string text, out long sequence, out string hash)
    {
        sequence = 0;
        hash = "";
        if (text.Split(':') is not [var number, var hex])
            return false;
        hash = hex.ToLowerInvariant();
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && hash.Length == 64;
    }
}
