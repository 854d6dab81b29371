using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Catalogue;

/// <summary>The distributions' images.</summary>
internal static class ImageCatalogue
{
    static readonly long Made = new DateTimeOffset(2025, 8, 8, 15, 11, 27, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static IReadOnlyList<ImageInfo> All { get; } =
    [
        Base("ubuntu-24-04-x64", 195932981, "24.04 (LTS) x64", "Ubuntu", 7, 3.76),
        Base("ubuntu-22-04-x64", 159651797, "22.04 (LTS) x64", "Ubuntu", 7, 2.36),
        Base("ubuntu-25-10-x64", 204596533, "25.10 x64", "Ubuntu", 7, 3.9),
        Base("debian-13-x64", 199888143, "13 x64", "Debian", 7, 2.5),
        Base("debian-12-x64", 199996745, "12 x64", "Debian", 7, 2.4),
        Base("fedora-42-x64", 199561349, "42 x64", "Fedora", 10, 2.1),
        Base("centos-stream-9-x64", 197131532, "9 Stream x64", "CentOS", 10, 2.7),
        Base("centos-stream-10-x64", 199888277, "10 Stream x64", "CentOS", 10, 2.8),
        Base("rockylinux-9-x64", 135509519, "9 x64", "Rocky Linux", 10, 2.2),
        Base("rockylinux-10-x64", 197216326, "10 x64", "Rocky Linux", 10, 2.3),
        Base("almalinux-9-x64", 200011362, "AlmaLinux 9", "AlmaLinux", 10, 2.2),
        Base("almalinux-10-x64", 197014428, "AlmaLinux 10", "AlmaLinux", 10, 2.3),
    ];

    static ImageInfo Base(string slug, long id, string name, string distribution, int minDiskGb, double sizeGb) =>
        new(id, slug, name, distribution, minDiskGb, "base", sizeGb, Made);
}
