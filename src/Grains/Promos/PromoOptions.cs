namespace Webrana.Grains.Promos;

/// <summary>Settings of promos, section <c>Promos</c>.</summary>
public sealed class PromoOptions
{
    public const string Section = "Promos";

    /// <summary>Shorter identity keys are refused in production.</summary>
    public const int LeastIdentityKeyLength = 32;

    /// <summary>
    /// The key under which identities are hashed: at least 32 characters, kept for ever (another key forgets who had what). Required in
    /// production; elsewhere a fixed one serves.
    /// </summary>
    public string? IdentityKey { get; set; }

    /// <summary>How old the desk's copies of definitions may be, in milliseconds. Default 2 s.</summary>
    public int DeskAgeMs { get; set; } = 2_000;

    /// <summary>
    /// How long a deposit's place in a promo is held, in minutes. Default 54: with five more while the gateway cannot say whether it was paid
    /// for, and the sweep's own, a place is given back within the hour.
    /// </summary>
    public int ReservationMinutes { get; set; } = 54;
}
