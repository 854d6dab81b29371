using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Providers;
using Webrana.Api.Hosting;
using Webrana.Data.Desk;
using Webrana.Wire.Admin;

namespace Webrana.Api.Reports;

/// <summary>Which days a report covers, Jakarta's, both included.</summary>
internal sealed record ReportSpan(DateOnly From, DateOnly To, ReportStep Step)
{
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    public DateTimeOffset Start => new(From.ToDateTime(TimeOnly.MinValue), Jakarta);

    public DateTimeOffset End => new(To.AddDays(1).ToDateTime(TimeOnly.MinValue), Jakarta);

    public static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(Jakarta).DateTime);
}

/// <summary>Makes reports: the figures from SQL, the provider's prices from its catalogue, sums and shares here.</summary>
internal sealed class ReportMaker(ReportQueries queries, IClusterClient cluster, BusinessTime clock)
{
    // The provider bills by the hour and stops at 672 hours a month; a month has 730.
    private const decimal HoursPerMonth = 730;

    // What it takes besides the servers, as its price list has it: dollars per GB, and of a server's price.
    private const decimal ImageGbMonthUsd = 0.06m;
    private const decimal TransferGbUsd = 0.01m;
    private const decimal WeeklyBackups = 0.20m;

    // What PlansAsync answers to be shown; behind it stands what its cost is reckoned from.
    private const int PlanColumns = 7;

    private static readonly HashSet<string> Counts =
        ["charges", "usages", "registered", "started", "ended", "growth", "servers", "hours", "days", "missed", "paidLater", "stillDue"];
    private static readonly HashSet<string> Words = ["period", "plan", "size", "instance", "server", "customer", "status", "due", "marginPercent"];

    // What there is at the end of a period: of many periods the sum would be nothing.
    private static readonly HashSet<string> Levels = ["balance", "cash", "bonus"];

    public async Task<Report> MakeAsync(ReportName name, ReportSpan span, CancellationToken cancellation) => name switch
    {
        ReportName.Revenue => Of(name, span, await queries.RevenueAsync(span.Start, span.End, span.Step, cancellation)),
        ReportName.Liability => await LiabilityAsync(span, cancellation),
        ReportName.Promos => Of(name, span, await queries.PromosAsync(span.Start, span.End, span.Step, cancellation)),
        ReportName.Churn => Of(name, span, await queries.ChurnAsync(span.Start, span.End, span.Step, cancellation)),
        ReportName.Margin => Of(name, span, await MarginAsync(await queries.PlansAsync(span.Start, span.End, clock.GetUtcNow(), span.Step, cancellation))),
        _ => await OverdueAsync(span, cancellation),
    };

    private async Task<Report> LiabilityAsync(ReportSpan span, CancellationToken cancellation)
    {
        var (periods, held) = await queries.LiabilityAsync(span.Start, span.End, clock.GetUtcNow(), span.Step, cancellation);
        return Of(
            ReportName.Liability, span, periods,
            ("balanceNow", held.BalanceIdr), ("heldNow", held.HeldIdr), ("bonusNow", held.BonusIdr), ("debtNow", held.DebtIdr));
    }

    private async Task<Report> OverdueAsync(ReportSpan span, CancellationToken cancellation)
    {
        var periods = await queries.UnpaidAsync(span.Start, span.End, span.Step, cancellation);
        var list = await queries.OverdueAsync(clock.GetUtcNow(), cancellation);
        return Of(ReportName.Overdue, span, periods, ("overdueNow", Sum(list, "price"))) with { Now = new ReportList(list.Columns, Money(list), Cells(list)) };
    }

    private static Report Of(ReportName name, ReportSpan span, ReportTable table, params (string Name, long AmountIdr)[] standing)
    {
        var money = Money(table);
        var totals = money.Where(column => !Levels.Contains(column)).ToDictionary(column => column, column => Sum(table, column));
        foreach (var (column, amountIdr) in standing)
            totals[column] = amountIdr;
        return new Report(
            name, Text(span.From), Text(span.To), span.Step == ReportStep.Day ? "day" : "month", table.Columns, money, Cells(table), totals);
    }

    private static List<string> Money(ReportTable table) => [.. table.Columns.Where(column => !Counts.Contains(column) && !Words.Contains(column))];

    private static List<IReadOnlyList<string>> Cells(ReportTable table) =>
        [.. table.Rows.Select(row => (IReadOnlyList<string>)[.. row.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")])];

    /// <summary>
    /// Hours at the provider's price, in rupiah by the billing settings' rate, as the plans' own margins; beside it what images, backups and
    /// transfer cost. Without the catalogue the cost is left empty, not guessed.
    /// </summary>
    private async Task<ReportTable> MarginAsync(ReportTable plans)
    {
        var catalogue = await cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Catalogue();
        var settings = await cluster.GetGrain<IBillingSettingsGrain>(GrainKeys.BillingSettings).Get();
        var sizes = catalogue.Value?.Sizes.ToDictionary(size => size.Slug, size => size.PriceMonthlyUsdCents) ?? [];
        var rows = plans.Rows.Select(IReadOnlyList<object?> (row) =>
        {
            var shown = row.Take(PlanColumns);
            var (hours, revenue) = ((long)row[4]!, (long)row[5]!);
            if (row[2] is not string size || !sizes.TryGetValue(size, out var cents))
                return [.. shown, null, null, null, null];
            var month = cents / 100m * settings.UsdRateIdr;
            var cost = Whole(hours / HoursPerMonth * month);
            var extras = Whole(Extras(row, month, settings.UsdRateIdr, settings.Addons));
            var margin = revenue - cost - extras;
            return [.. shown, cost, extras, margin, revenue == 0 ? null : Math.Round(margin * 100m / revenue, 1).ToString(CultureInfo.InvariantCulture)];
        });
        return new ReportTable([.. plans.Columns.Take(PlanColumns), "cost", "addonCost", "margin", "marginPercent"], [.. rows]);
    }

    /// <summary>
    /// What the provider takes besides the servers: images of those that sleep now by their size, everything else by how much of it was charged,
    /// at today's add-on prices as the servers are at today's rate. What is given away for nothing leaves no trace to reckon from.
    /// </summary>
    private static decimal Extras(IReadOnlyList<object?> row, decimal monthIdr, decimal rateIdr, AddonPrices prices)
    {
        var images = (Figure(7) / HoursPerMonth) + (prices.ImageGbMonthIdr == 0 ? 0 : Figure(9) / prices.ImageGbMonthIdr);
        var transfer = prices.TransferGbIdr == 0 ? 0 : Figure(10) / prices.TransferGbIdr;
        // Daily ones stand to weekly ones in price as in cost, or nearly: which they were, the charge does not say.
        var backups = prices.WeeklyBackupsPercent == 0 ? 0 : Figure(8) * 100 / prices.WeeklyBackupsPercent;
        return (images * ImageGbMonthUsd * rateIdr) + (transfer * TransferGbUsd * rateIdr) + (backups * WeeklyBackups * monthIdr);

        decimal Figure(int at) => Convert.ToDecimal(row[at], CultureInfo.InvariantCulture);
    }

    private static long Whole(decimal idr) => (long)Math.Round(idr, MidpointRounding.AwayFromZero);

    private static long Sum(ReportTable table, string column)
    {
        var at = table.Columns.ToList().IndexOf(column);
        return table.Rows.Sum(row => row[at] is long value ? value : 0);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
