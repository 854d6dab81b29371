namespace Webrana.WalletBench.Contenders;

/// <summary>
/// Connections of those who take one for every debit. Too few leave PostgreSQL idle, too many fight over the same rows, and which is which differs
/// by load: each gets the best of a few sizes, tried before anything counts, as its owner would have tuned it.
/// </summary>
internal static class Pools
{
    private static readonly string[] Users = ["for-update", "update", "ef-core"];

    public static bool IsUsedBy(string contender) => Users.Contains(contender);

    /// <summary>Where a contender is addressed with a pool of one size.</summary>
    public static string Route(string contender, int size) => $"{contender}-{size}";
}
