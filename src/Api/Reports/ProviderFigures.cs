using Webrana.Contracts.Providers;

namespace Webrana.Api.Reports;

/// <summary>What the provider's accounts leave us to use. Of one that is switched off nothing can be used: neither its calls nor its room nor its budget.</summary>
/// <param name="CallsLeft">Calls left of the provider's hour.</param>
/// <param name="CallsLimit">Calls we allow ourselves in an hour.</param>
/// <param name="Free">Servers that could still be sold.</param>
/// <param name="SpentUsd">This month, US dollars, of all accounts; null before the first look.</param>
/// <param name="BudgetLeftUsd">Of the month's budget; null before the first look, and without a budget.</param>
/// <param name="BudgetUsd">The month's budget of all accounts in use; null without one.</param>
internal sealed record ProviderFigures(long CallsLeft, long CallsLimit, int Free, decimal? SpentUsd, decimal? BudgetLeftUsd, long? BudgetUsd)
{
    // At one account (Domain/Providers/CallShares).
    private const long CallsAnHour = 4_700;

    public static ProviderFigures Of(IReadOnlyList<ProviderAccountView> accounts, IReadOnlyDictionary<string, long> calls, long budgetUsd)
    {
        var used = accounts.Where(account => account.Mode != ProviderAccountMode.Disabled).ToList();
        var isSeen = accounts.Any(account => account.MonthToDateUsdCents is not null);
        var budget = budgetUsd > 0 ? budgetUsd * used.Count : (long?)null;
        return new(
            used.Sum(account => Math.Max(0, CallsAnHour - calls.GetValueOrDefault(account.AccountId))), used.Count * CallsAnHour,
            accounts.Where(account => account.Selling).Sum(account => account.Free),
            isSeen ? Usd(accounts) : null, isSeen ? budget - Usd(used) : null, budget);
    }

    private static decimal Usd(IEnumerable<ProviderAccountView> accounts) => accounts.Sum(account => account.MonthToDateUsdCents ?? 0) / 100m;
}
