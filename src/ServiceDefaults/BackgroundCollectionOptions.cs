namespace Webrana.ServiceDefaults;

/// <summary>Settings of <see cref="BackgroundCollections"/>.</summary>
public sealed class BackgroundCollectionOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Collections";

    /// <summary>
    /// Heaps up to this many MB have their oldest generation collected at least every 16 s, beside the work; larger ones when the runtime thinks it is
    /// time, which may stop everybody for one to two milliseconds per MB in .NET 10. 0 turns it off.
    /// </summary>
    public int KeepAwakeUpToMb { get; set; } = 1024;
}
