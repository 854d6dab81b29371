namespace Webrana.Sandbox.Tripay.Transactions;

/// <summary>Tripay's channels as documented in July 2025: fees and amounts in rupiah, deadlines in minutes.</summary>
static class ChannelCatalogue
{
    const string VirtualAccount = "Virtual Account";
    const string Store = "Convenience Store";
    const string EWallet = "E-Wallet";

    public static readonly IReadOnlyList<Channel> All =
    [
        new("PERMATAVA", "Permata Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 60, 43_200),
        new("BNIVA", "BNI Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 15, 1_440),
        new("BRIVA", "BRI Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 60, 43_200),
        new("MANDIRIVA", "Mandiri Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 60, 43_200),
        new("BCAVA", "BCA Virtual Account", VirtualAccount, false, 5_500, 0, null, 10_000, 10_000_000, 15, 43_200),
        new("MUAMALATVA", "Muamalat Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 60, 180),
        new("CIMBVA", "CIMB Niaga Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 15, 43_200),
        new("BSIVA", "BSI Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 60, 180),
        new("OCBCVA", "OCBC NISP Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 15, 43_200),
        new("DANAMONVA", "Danamon Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 15, 43_200),
        new("OTHERBANKVA", "Other Bank Virtual Account", VirtualAccount, false, 4_250, 0, null, 10_000, 10_000_000, 15, 1_440),
        new("ALFAMART", "Alfamart", Store, false, 3_500, 0, null, 10_000, 2_500_000, 60, 1_440),
        new("INDOMARET", "Indomaret", Store, false, 3_500, 0, null, 10_000, 2_500_000, 15, 43_200),
        new("ALFAMIDI", "Alfamidi", Store, false, 3_500, 0, null, 5_000, 2_500_000, 60, 1_440),
        new("QRIS", "QRIS by ShopeePay", EWallet, false, 750, 0.7m, null, 1_000, 5_000_000, 10, 60),
        new("QRISC", "QRIS (Customizable)", EWallet, false, 750, 0.7m, null, 1_000, 5_000_000, 10, 1_440),
        new("QRIS2", "QRIS", EWallet, false, 750, 0.7m, null, 1_000, 5_000_000, 10, 1_440),
        new("QRIS_SHOPEEPAY", "QRIS Custom by ShopeePay", EWallet, false, 750, 0.7m, null, 1_000, 5_000_000, 10, 60),
        new("OVO", "OVO", EWallet, true, 0, 3m, 1_000, 1_000, 10_000_000, 15, 43_200),
        new("DANA", "DANA", EWallet, true, 0, 3m, 1_000, 1_000, 10_000_000, 15, 60),
        new("SHOPEEPAY", "ShopeePay", EWallet, true, 0, 3m, 1_000, 1_000, 10_000_000, 15, 60),
    ];

    public static Channel? Find(string? code) => All.FirstOrDefault(channel => channel.Code == code);
}
