namespace Webrana.Domain.Deposits;

/// <summary>
/// How long a customer gets to pay. The gateway's channel list does not state its windows, so the short ones are known here; whatever
/// is asked, the expiry that the gateway answers is the one that is stored and shown.
/// </summary>
public static class PaymentWindow
{
    /// <summary>What a channel without a shorter limit gets: a day, because people transfer after work.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromHours(24);

    static readonly Dictionary<string, TimeSpan> ShorterMaximum = new(StringComparer.OrdinalIgnoreCase)
    {
        ["QRIS"] = TimeSpan.FromMinutes(60),
        ["QRIS_SHOPEEPAY"] = TimeSpan.FromMinutes(60),
        ["DANA"] = TimeSpan.FromMinutes(60),
        ["SHOPEEPAY"] = TimeSpan.FromMinutes(60),
        ["MUAMALATVA"] = TimeSpan.FromMinutes(180),
        ["BSIVA"] = TimeSpan.FromMinutes(180),
    };

    /// <summary>The expiry to ask for: the channel's maximum, at most <see cref="Default"/>.</summary>
    public static DateTimeOffset ExpiryFor(string methodCode, DateTimeOffset now) =>
        now + ShorterMaximum.GetValueOrDefault(methodCode, Default);
}
