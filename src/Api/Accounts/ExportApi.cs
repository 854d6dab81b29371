using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Problems;
using Webrana.Api.Reports;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Data.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>A copy of everything that is kept of a person: <c>/api/v1/me/export</c>.</summary>
public static class ExportApi
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static RouteGroupBuilder MapExport(this RouteGroupBuilder api)
    {
        api.MapGet("/me/export", Export).WithTags("Account").ForThePerson().AsWrite().Describe(
            "Everything that is kept of me, as a zip with one JSON and one CSV file per kind: profile, consents, sign-ins, wallet, top-ups, servers, notices and their choices, papers, promos, corrections and payouts, payments that were looked into. No secrets.",
            ProblemKinds.InvalidSession);
        return api;
    }

    private static async Task<FileContentHttpResult> Export(HttpContext http, PersonalData data, TimeProvider clock, CancellationToken cancellation)
    {
        // Whole before it is sent: half a copy that looks like one would be worse than an error.
        using var file = new MemoryStream();
        await WriteAsync(file, http.User.GetUserId().Value, data, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(file.ToArray(), "application/zip", $"webrana-{clock.GetUtcNow():yyyy-MM-dd}.zip");
    }

    private static async Task WriteAsync(Stream file, Guid user, PersonalData data, CancellationToken cancellation)
    {
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        foreach (var section in PersonalData.Sections)
        {
            var rows = new List<object?[]>();
            await foreach (var row in data.ReadAsync(user, section, cancellation))
                rows.Add(row);
            await AddAsync(zip, $"{section.Name}.json", Json(rows), cancellation);
            await AddAsync(zip, $"{section.Name}.csv", Csv(rows), cancellation);
        }
    }

    private static async Task AddAsync(ZipArchive zip, string name, byte[] content, CancellationToken cancellation)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellation);
        await entry.WriteAsync(content, cancellation);
    }

    private static byte[] Json(List<object?[]> rows)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartArray();
            foreach (var row in rows.Skip(1))
            {
                json.WriteStartObject();
                for (var at = 0; at < row.Length; at++)
                {
                    json.WritePropertyName((string)rows[0][at]!);
                    JsonSerializer.Serialize(json, row[at] is DateTime time ? Text(time) : row[at]);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.ToArray();
    }

    // With the mark, spreadsheets read names right.
    private static byte[] Csv(List<object?[]> rows) =>
        [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => string.Join(',', row.Select(cell => ReportCsv.Cell(Text(cell)))) + "\r\n")))];

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTime time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IFormattable figure => figure.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
