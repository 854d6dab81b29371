using System.Globalization;
using Webrana.Data;
using Webrana.Data.Reconciliation;

namespace Webrana.Api.Ops;

/// <summary><c>ops export --from --to</c>: the ledger for accountants.</summary>
internal static class ExportLedger
{
    public static async Task<int> RunAsync(DataSources sources, string[] arguments, TextWriter output, TextWriter errors)
    {
        var options = new ConfigurationBuilder().AddCommandLine(arguments).Build();
        if (Date(options["from"]) is not { } from || Date(options["to"]) is not { } to || to <= from)
        {
            await errors.WriteLineAsync("Usage: ops export --from 2026-11-01 --to 2026-12-01");
            return 2;
        }

        await new LedgerExport(sources).WriteAsync(output, from, to);
        return 0;
    }

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
