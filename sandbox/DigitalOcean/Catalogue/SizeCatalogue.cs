namespace Webrana.Sandbox.DigitalOcean.Catalogue;

internal sealed record SizeInfo(
    string Slug, int Vcpus, int MemoryMb, int DiskGb, decimal TransferTb, decimal Monthly, decimal Hourly, string Description, IReadOnlyList<string> Regions);

/// <summary>What an established account can buy, in US dollars.</summary>
internal static class SizeCatalogue
{
    static readonly string[] Basic = ["ams3", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1"];
    static readonly string[] Intel = ["ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo3", "sgp1", "syd1", "tor1"];
    static readonly string[] BigDisk = ["ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1"];

    public static IReadOnlyList<SizeInfo> All { get; } =
    [
        new("s-1vcpu-512mb-10gb", 1, 512, 10, 0.5m, 4, 0.00595m, "Basic", Basic),
        new("s-1vcpu-1gb", 1, 1024, 25, 1, 6, 0.00893m, "Basic", Basic),
        new("s-1vcpu-1gb-amd", 1, 1024, 25, 1, 7, 0.01042m, "Basic AMD", Intel),
        new("s-1vcpu-1gb-intel", 1, 1024, 25, 1, 7, 0.01042m, "Basic Intel", Intel),
        new("s-1vcpu-1gb-35gb-intel", 1, 1024, 35, 1, 8, 0.0119m, "Basic Intel", BigDisk),
        new("s-1vcpu-2gb", 1, 2048, 50, 2, 12, 0.01786m, "Basic", Basic),
        new("s-1vcpu-2gb-intel", 1, 2048, 50, 2, 14, 0.02083m, "Basic Intel", Intel),
        new("s-2vcpu-2gb", 2, 2048, 60, 3, 18, 0.02679m, "Basic", Basic),
        new("s-2vcpu-4gb", 2, 4096, 80, 4, 24, 0.03571m, "Basic", Basic),
        new("s-2vcpu-4gb-amd", 2, 4096, 80, 4, 28, 0.04167m, "Basic AMD", Intel),
        new("s-2vcpu-4gb-intel", 2, 4096, 80, 4, 28, 0.04167m, "Basic Intel", Intel),
        new("c-2", 2, 4096, 25, 4, 42, 0.0625m, "CPU-Optimized", Basic),
        new("s-4vcpu-8gb", 4, 8192, 160, 5, 48, 0.07143m, "Basic", Basic),
        new("s-2vcpu-8gb-160gb-intel", 2, 8192, 160, 5, 48, 0.07143m, "Basic Intel", BigDisk),
        new("s-4vcpu-8gb-amd", 4, 8192, 160, 5, 56, 0.08333m, "Basic AMD", Intel),
        new("s-4vcpu-8gb-intel", 4, 8192, 160, 5, 56, 0.08333m, "Basic Intel", Intel),
        new("g-2vcpu-8gb", 2, 8192, 25, 4, 63, 0.09375m, "General Purpose", Basic),
        new("c-4", 4, 8192, 50, 5, 84, 0.125m, "CPU-Optimized", Basic),
        new("m-2vcpu-16gb", 2, 16384, 50, 4, 84, 0.125m, "Memory-Optimized", Basic),
        new("s-8vcpu-16gb", 8, 16384, 320, 6, 96, 0.14286m, "Basic", Basic),
    ];

    public static SizeInfo? Find(string? slug) => All.FirstOrDefault(size => size.Slug == slug);
}
