using Webrana.Wire.Deposits;

namespace Webrana.Web.Deposits;

/// <summary>What the panel decides from deposits and channels.</summary>
static class DepositView
{
    /// <summary>Amounts offered as one press, in IDR.</summary>
    public static readonly long[] Chips = [50_000, 100_000, 200_000, 500_000, 1_000_000];

    /// <summary>Tone of the status dot.</summary>
    public static string Tone(DepositStatus status) => status switch
    {
        DepositStatus.Paid => "good",
        DepositStatus.Pending => "warn",
        DepositStatus.Failed => "danger",
        _ => "off",
    };

    static readonly string[] GroupOrder = ["Virtual Account", Qris, "E-Wallet", "Convenience Store"];

    const string Qris = "QRIS";

    /// <summary>Channels by group, in the order people look for them. QRIS stands for itself, though the gateway counts it among the e-wallets: any bank's app can scan it.</summary>
    public static IEnumerable<IGrouping<string, PaymentChannel>> Grouped(IEnumerable<PaymentChannel> channels) =>
        channels.GroupBy(channel => channel.Code.StartsWith(Qris, StringComparison.Ordinal) ? Qris : channel.Group)
            .OrderBy(group => Array.IndexOf(GroupOrder, group.Key) is >= 0 and { } at ? at : GroupOrder.Length);

    /// <summary>Key of a channel group's name; groups the gateway invents later are shown as it calls them.</summary>
    public static string GroupKey(string group) =>
        "Channel." + new string([.. group.Where(char.IsAsciiLetter)]);

    /// <summary>Rounds what is missing up to a sum people transfer: full ten thousands, at least ten thousand.</summary>
    /// <param name="missingIdr">Above zero.</param>
    public static long RoundUp(long missingIdr) => Math.Max(10_000, checked((missingIdr + 9_999) / 10_000 * 10_000));
}
