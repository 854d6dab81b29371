using System.Globalization;

namespace Webrana.Web.Formatting;

/// <summary>Sizes of a server, in the units people compare offers by.</summary>
public static class SizeText
{
    /// <summary><c>512 MB</c>, <c>1 GB</c>, <c>1,5 GB</c>.</summary>
    /// <param name="mib">MiB.</param>
    public static string Memory(int mib) => mib < 1024 ? $"{mib}\u00A0MB" : $"{Number(mib / 1024m)}\u00A0GB";

    /// <summary><c>25 GB</c>.</summary>
    /// <param name="gib">GiB.</param>
    public static string Disk(int gib) => $"{gib}\u00A0GB";

    /// <summary><c>1 TB</c>, <c>500 GB</c>.</summary>
    /// <param name="tb">TB.</param>
    public static string Transfer(decimal tb) => tb < 1 ? $"{Number(tb * 1000)}\u00A0GB" : $"{Number(tb)}\u00A0TB";

    static string Number(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture).Replace('.', ',');
}
