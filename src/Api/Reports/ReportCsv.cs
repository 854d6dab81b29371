using System.Buffers;
using System.Globalization;
using System.Text;
using Webrana.Wire.Admin;

namespace Webrana.Api.Reports;

/// <summary>A report as CSV (RFC 4180).</summary>
internal static class ReportCsv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\n\r");

    /// <summary>
    /// The report's rows; under an empty line what the page shows above them: sums, and what customers hold now; under another one the list that
    /// stands beside the periods, if there is one.
    /// </summary>
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        Append(text, report.Columns, report.Rows);
        if (report.Totals.Count > 0)
        {
            text.Append("\r\ntotal,amount\r\n");
            foreach (var (name, value) in report.Totals)
                text.Append(CultureInfo.InvariantCulture, $"{name},{value}\r\n");
        }

        if (report.Now is { } list)
        {
            text.Append("\r\n");
            Append(text, list.Columns, list.Rows);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        text.Append(string.Join(',', columns)).Append("\r\n");
        foreach (var row in rows)
            text.Append(string.Join(',', row.Select(Cell))).Append("\r\n");
    }

    /// <summary>Quoted where needed, and never a formula: a spreadsheet would run what begins with one of these signs.</summary>
    internal static string Cell(string value)
    {
        if (value.Length == 0 || decimal.TryParse(value, CultureInfo.InvariantCulture, out _))
            return value;
        var safe = value[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + value : value;
        return safe.AsSpan().ContainsAny(Special) || safe != value ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
