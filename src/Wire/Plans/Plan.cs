namespace Webrana.Wire.Plans;

/// <summary>What can be bought: <c>GET /api/v1/plans</c>, no token needed. Prices in whole rupiah per period, tax included.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">For people.</param>
/// <param name="Vcpus">Virtual processors.</param>
/// <param name="MemoryMb">MiB.</param>
/// <param name="DiskGb">GiB.</param>
/// <param name="TransferTb">TB a month; may be a fraction.</param>
/// <param name="PriceHourly">For reference only; null if not shown.</param>
/// <param name="PriceDaily">Null if the plan has none.</param>
/// <param name="PriceMonthly">Always set.</param>
/// <param name="PriceYearly">Null if the plan has none.</param>
/// <param name="AllowDaily">May be ordered by the day.</param>
/// <param name="AllowMonthly">May be ordered by the month.</param>
/// <param name="AllowYearly">May be ordered by the year.</param>
/// <param name="Regions">Slugs of the regions where it can be ordered now; none where it is sold out.</param>
public sealed record Plan(
    string Id, string Name, int Vcpus, int MemoryMb, int DiskGb, decimal TransferTb,
    long? PriceHourly, long? PriceDaily, long PriceMonthly, long? PriceYearly,
    bool AllowDaily, bool AllowMonthly, bool AllowYearly, IReadOnlyList<string> Regions);

/// <summary>A location: <c>GET /api/v1/regions</c>, no token needed.</summary>
/// <param name="Slug">As an order wants it: <c>sgp1</c>.</param>
/// <param name="Name">For people: <c>Singapore 1</c>.</param>
/// <param name="Available">False: shown, but not to be ordered.</param>
public sealed record Region(string Slug, string Name, bool Available);

/// <summary>An operating system: <c>GET /api/v1/images</c>, no token needed.</summary>
/// <param name="Slug">As an order wants it: <c>ubuntu-24-04-x64</c>.</param>
/// <param name="Name">For people: <c>24.04 (LTS) x64</c>.</param>
/// <param name="Distribution"><c>Ubuntu</c>, <c>Debian</c>, …</param>
/// <param name="MinDiskGb">GiB the plan's disk must have at least.</param>
/// <param name="Available">False: shown, but not to be ordered.</param>
public sealed record Image(string Slug, string Name, string Distribution, int MinDiskGb, bool Available);
