namespace Webrana.Domain.Providers;

/// <param name="Selling">Takes new orders now: switched on, healthy, and it can make what is ordered.</param>
/// <param name="Free">How many more servers it has room for.</param>
public readonly record struct AccountCandidate(string AccountId, bool Selling, int Free);

/// <summary>Which provider account a new server goes to.</summary>
public static class AccountChoice
{
    /// <summary>Those that can take it, the emptiest first: load spreads, and the limit of one is not met while another has room.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<AccountCandidate> candidates) =>
    [
        .. candidates.Where(one => one.Selling && one.Free > 0)
            .OrderByDescending(one => one.Free).ThenBy(one => one.AccountId, StringComparer.Ordinal).Select(one => one.AccountId),
    ];
}
