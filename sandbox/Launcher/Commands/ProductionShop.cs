using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>What `doctor --production` sees of the shop itself: its prices in the database, its words as anybody reads them.</summary>
static class ProductionShop
{
    // DigitalOcean takes a month's price after 672 hours: a day costs a 28th of it.
    const int DaysOfProviderMonth = 28;
    const int MonthsOfYear = 12;

    // As the API calls them in addresses.
    static readonly string[] Documents = ["terms", "privacy", "acceptable-use"];
    static readonly string[] Languages = ["id", "en"];

    // As templates of lawyers leave what is to be filled in.
    static readonly SearchValues<char> Gaps = SearchValues.Create("[]{}");

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Every plan that anybody can order has a price for each of its periods, above what the provider takes at the rate that was set.</summary>
    internal static async Task<Finding> PricesAsync(string connection)
    {
        const string Name = "Prices";
        if (connection.Length == 0)
            return new(false, Name, "DATABASE_URL: the application's connection string, to look at what plans cost");
        try
        {
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync();
            await using var rate = new NpgsqlCommand(
                "SELECT (payload -> 'versions' -> -1 ->> 'usd')::bigint FROM grain_state WHERE state = 'billing-settings' AND payload IS NOT NULL", database);
            if (await rate.ExecuteScalarAsync() is not long rupiah)
                return new(false, Name, "nobody has said what a dollar costs: Admin → Penagihan");
            var (plans, wrong) = (0, new List<string>());
            await using var ask = new NpgsqlCommand("""
                SELECT payload ->> 'planId', (payload ->> 'costUsdCents')::bigint, (payload -> 'prices' -> -1)::text
                FROM grain_state WHERE state = 'plan' AND status = 'ACTIVE' AND payload IS NOT NULL ORDER BY 1
                """, database);
            await using var row = await ask.ExecuteReaderAsync();
            for (; await row.ReadAsync(); plans++)
            {
                using var prices = JsonDocument.Parse(row.GetString(2));
                if (WhatIsWrong(prices.RootElement, row.IsDBNull(1) ? null : row.GetInt64(1), rupiah) is { } what)
                    wrong.Add($"{row.GetString(0)} {what}");
            }

            return plans == 0 ? new(false, Name, "no plan is on sale: Admin → Paket dan harga")
                : wrong.Count > 0 ? new(false, Name, $"{string.Join("; ", wrong)}: Admin → Paket dan harga")
                : new(true, Name, string.Create(CultureInfo.InvariantCulture, $"{plans} on sale, each above what the provider takes at Rp {rupiah} a dollar, before tax and fees"));
        }
        catch (Exception away) when (away is NpgsqlException or ArgumentException)
        {
            return new(false, Name, $"the database does not answer: {away.Message}");
        }
    }

    /// <summary>The three documents bind in both languages, and none has a gap that was left to fill in.</summary>
    internal static async Task<Finding> WordsAsync(string api)
    {
        const string Name = "Words";
        if (!Uri.TryCreate(api, UriKind.Absolute, out var root))
            return new(false, Name, "API_PUBLIC_URL: no address was given");
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            var versions = new List<string>();
            foreach (var document in Documents)
            {
                var texts = new List<string>();
                foreach (var language in Languages)
                {
                    using var answer = await http.GetAsync(new Uri(root, $"/api/v1/legal/{document}?locale={language}"));
                    if (answer.StatusCode != HttpStatusCode.OK)
                        return new(false, Name, $"{root}api/v1/legal/{document} answers {(int)answer.StatusCode}: what do customers agree to?");
                    using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                    var text = body.RootElement.GetProperty("text").GetString() ?? "";
                    if (text.Length == 0 || body.RootElement.GetProperty("locale").GetString() != language || texts.Contains(text))
                        return new(false, Name, $"{document} has no text of its own in '{language}': Admin → Syarat & kebijakan");
                    if (text.AsSpan().IndexOfAny(Gaps) is >= 0 and var gap)
                        return new(false, Name, $"{document} in '{language}' has a gap: …{text[Math.Max(0, gap - 20)..Math.Min(text.Length, gap + 20)].ReplaceLineEndings(" ")}…");
                    texts.Add(text);
                    if (texts.Count == 1)
                        versions.Add($"{document} {body.RootElement.GetProperty("version").GetInt32()}");
                }
            }

            return new(true, Name, $"{string.Join(", ", versions)} bind in both languages, without a gap");
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return new(false, Name, $"{root} cannot be reached from here: {away.Message}");
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new(false, Name, $"{root} does not answer as our API does: {strange.Message}");
        }
    }

    static string? WhatIsWrong(JsonElement prices, long? costUsdCents, long rupiah)
    {
        if (costUsdCents is not { } cents)
            return "has no cost at the provider";
        (string Period, string Allowed, string Price, decimal CostIdr)[] periods =
        [
            ("day", "allowDaily", "dailyIdr", cents * rupiah / 100m / DaysOfProviderMonth),
            ("month", "allowMonthly", "monthlyIdr", cents * rupiah / 100m),
            ("year", "allowYearly", "yearlyIdr", cents * rupiah / 100m * MonthsOfYear),
        ];
        var sold = periods.Where(period => prices.TryGetProperty(period.Allowed, out var allowed) && allowed.ValueKind == JsonValueKind.True).ToList();
        if (sold.Count == 0)
            return "is sold by no period";
        foreach (var period in sold)
        {
            if (!prices.TryGetProperty(period.Price, out var named) || named.ValueKind != JsonValueKind.Number || !named.TryGetInt64(out var price) || price <= 0)
                return $"has no price for a {period.Period}";
            if (price <= period.CostIdr)
                return string.Create(CultureInfo.InvariantCulture, $"costs Rp {price} a {period.Period}, and the provider takes Rp {Math.Ceiling(period.CostIdr)}");
        }

        return null;
    }
}
