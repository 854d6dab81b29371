using System.Globalization;
using System.Text;
using Webrana.Data.Promos;

namespace Webrana.Api.Promos;

/// <summary>Usages as CSV (RFC 4180), written while they are read: a promo for a million people is a file, not a list in memory.</summary>
internal static class UsageCsv
{
    private const int Block = 500;
    private const string Header = "usedAt,reservedAt,status,userId,email,depositId,subject,amount,takenBackAt,kept\r\n";

    public static async Task WriteAsync(
        Stream body, IAsyncEnumerable<PromoUsageRow> rows, Func<IEnumerable<Guid>, Task<IReadOnlyDictionary<Guid, string>>> emails, CancellationToken cancellation)
    {
        // With the mark, spreadsheets read names right.
        await using var text = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await text.WriteAsync(Header.AsMemory(), cancellation);
        var block = new List<PromoUsageRow>(Block);
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (row.Stage == UsageStage.Released)
                continue;
            block.Add(row);
            if (block.Count == Block)
                await WriteBlockAsync();
        }

        await WriteBlockAsync();

        async Task WriteBlockAsync()
        {
            var known = await emails(block.Select(row => row.UserId));
            foreach (var row in block)
                await text.WriteAsync(Line(row, known.GetValueOrDefault(row.UserId)).AsMemory(), cancellation);
            await text.FlushAsync(cancellation);
            block.Clear();
        }
    }

    internal static string Line(PromoUsageRow row, string? email) => string.Join(',',
        Time(row.GivenAt), Time(row.ReservedAt), Paging.WireNames.Of<Wire.Promos.PromoUsageStatus>(PromoUsageApi.StatusOf(row.Stage)), row.UserId.ToString("D"), Cell(email),
        PromoUsageApi.DepositOf(row), Cell(row.SubjectId), Number(row.AmountIdr), Time(row.TakenBackAt), Number(row.KeptIdr)) + "\r\n";

    private static string Number(long amountIdr) => amountIdr.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Quoted, and never a formula: a spreadsheet would run what begins with one of these signs.</summary>
    internal static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
