using System.Globalization;
using Microsoft.Extensions.Options;
using Webrana.Api.Admin;
using Webrana.Api.Payments;
using Webrana.Api.Problems;
using Webrana.Api.Reports;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.Desk;
using Webrana.Data.Providers;

namespace Webrana.Api.Alarms;

/// <summary>Where others' records differ from ours: the provider's bill and droplets, the gateway's day.</summary>
internal sealed partial class ReconciliationAlarms(
    ProviderDrift drift, PaymentCases cases, AlarmRows rows, IClusterClient cluster, IServiceScopeFactory scopes, IOptions<DeskOptions> options,
    ILogger<ReconciliationAlarms> log)
{
    // A day that still differs is compared again for as long; what is older, people have long looked at.
    private const int Days = 7;
    private const int MostStanding = 500;

    /// <summary>What is to be said of an account's money; null for nothing. One sentence, the gravest: an alarm is one per account.</summary>
    public static string? AboutMoney(ProviderAccountView account, DeskOptions options)
    {
        if (account.Status is "warning" or "locked")
            return $"The provider says '{account.Status}': its invoice is past due.";
        if (options.ProviderOwedUsd > 0 && account.OwedUsdCents >= options.ProviderOwedUsd * 100)
            return string.Create(CultureInfo.InvariantCulture, $"{account.OwedUsdCents / 100m:0.00} USD of the months before are not paid; the alarm is from {options.ProviderOwedUsd} on.");
        // What was paid in advance is negative there.
        if (options.ProviderCreditUsd > 0 && -account.BalanceUsdCents < options.ProviderCreditUsd * 100)
            return string.Create(CultureInfo.InvariantCulture, $"{-account.BalanceUsdCents / 100m:0.00} USD paid in advance are left; the alarm is below {options.ProviderCreditUsd}.");
        return options.ProviderBudgetUsd > 0 && account.MonthToDateUsdCents >= options.ProviderBudgetUsd * 100
            ? string.Create(CultureInfo.InvariantCulture, $"This month costs {account.MonthToDateUsdCents / 100} USD, the budget is {options.ProviderBudgetUsd}.")
            : null;
    }

    /// <summary>
    /// Droplets and servers that the sweeps found odd, and did not set right in time. Not of an account that is switched off: nothing sweeps it, so
    /// that nothing would ever end the alarm.
    /// </summary>
    public async Task<AlarmRound> DriftAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var standing = await drift.StandingAsync(now.AddMinutes(-options.Value.DriftAlarmMinutes), cancellation);
        var off = standing.Count == 0
            ? []
            : (await cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Accounts())
                .Where(account => account.Mode == ProviderAccountMode.Disabled).Select(account => account.AccountId).ToHashSet();
        return new AlarmRound([AlarmCodes.ProviderDrift], [.. standing.Where(account => !off.Contains(account.Account)).Select(account => new AlarmSight(
            AlarmCodes.ProviderDrift, account.Account,
            string.Create(CultureInfo.InvariantCulture, $"{account.Droplets} differ from our records for more than {options.Value.DriftAlarmMinutes} minutes.")))]);
    }

    /// <summary>
    /// Yesterday by Jakarta's calendar, and the days of the last week whose alarm stands, the gateway's payments against the ledger. Null when
    /// the gateway could not be asked: nothing is raised or cleared then. A day that is too long to be compared stays as it stands. Older ones
    /// end, and it is said that nobody saw them agree.
    /// </summary>
    public async Task<AlarmRound?> SettlementAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var today = ReportSpan.Today(now);
        var standing = (await rows.ListAsync(cleared: false, MostStanding, cancellation)).Where(alarm => alarm.Code == AlarmCodes.SettlementDiffers)
            .ToDictionary(Day);
        var days = standing.Keys.Where(day => !IsOld(day, today)).Append(today.AddDays(-1)).Distinct();
        await using var scope = scopes.CreateAsyncScope();
        var reader = scope.ServiceProvider.GetRequiredService<SettlementReader>();
        var seen = new List<AlarmSight>();
        foreach (var day in days)
        {
            var (read, refusal) = await reader.ReadAsync(day, cancellation);
            if (refusal?.Kind == ProblemKinds.SettlementTooLong)
            {
                NotCompared(log, day);
                if (standing.TryGetValue(day, out var alarm))
                    seen.Add(new AlarmSight(alarm.Code, alarm.Subject, alarm.Detail));
                continue;
            }

            if (read is not { } settlement)
                return null;
            // What a person has ended at the payment desk, sent back or dismissed, differs for ever and wakes nobody again.
            var decided = await cases.DecidedAsync([.. settlement.Lines.Select(line => line.Reference)], cancellation);
            var open = settlement.Lines.Where(line => !decided.Contains(line.Reference)).ToList();
            var differs = open.Sum(line => Math.Abs((line.Gateway ?? 0) - (line.Ledger ?? 0)));
            if (differs > options.Value.SettlementToleranceIdr)
                seen.Add(new AlarmSight(AlarmCodes.SettlementDiffers, settlement.Day, string.Create(CultureInfo.InvariantCulture, $"{open.Count} payments differ, Rp {differs} together.")));
        }

        return new AlarmRound([AlarmCodes.SettlementDiffers], seen)
        {
            LetGo = [.. standing.Where(one => IsOld(one.Key, today)).Select(one => new AlarmSight(
                one.Value.Code, one.Value.Subject,
                string.Create(CultureInfo.InvariantCulture, $"{one.Value.Detail} That was so when the day was last compared. After {Days} days it is not compared any more: the alarm ends, what differs is not resolved.")))],
        };
    }

    /// <summary>Of an alarm that ended: nobody saw that it was over, only nobody looks any more.</summary>
    public static bool IsLetGo(AlarmRow ended) =>
        ended is { Code: AlarmCodes.SettlementDiffers, ClearedAt: { } at } && IsOld(Day(ended), ReportSpan.Today(at));

    private static bool IsOld(DateOnly day, DateOnly today) => day < today.AddDays(-Days);

    private static DateOnly Day(AlarmRow settlement) => DateOnly.ParseExact(settlement.Subject, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Warning, "The settlement of {Day} was not compared: the gateway lists more payments than one comparison reads")]
    private static partial void NotCompared(ILogger logger, DateOnly day);
}
