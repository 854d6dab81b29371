using System.Globalization;
using Microsoft.Extensions.Options;
using Webrana.Api.Admin;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data;
using Webrana.Data.Audit;
using Webrana.Data.Desk;
using Webrana.Data.Reconciliation;
using Webrana.Data.Wallets;

namespace Webrana.Api.Alarms;

/// <summary>What was looked for, and what was seen of it.</summary>
internal sealed record AlarmRound(IReadOnlyCollection<string> Asked, IReadOnlyCollection<AlarmSight> Seen);

/// <summary>Looks for what somebody should know. Reads only; each check says its codes, so that one that cannot be asked clears nothing.</summary>
internal sealed class AlarmChecks(
    DashboardQueries dashboard, LedgerQueries ledger, AuditChain audit, DataSources sources, IClusterClient cluster, IOptions<DeskOptions> options)
{
    /// <summary>What is cheap enough for every round.</summary>
    public async Task<AlarmRound> QuickAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var figures = await dashboard.ReadAsync(now, now, cancellation);
        var seen = new List<AlarmSight>();
        Count(seen, AlarmCodes.RenewalsOverdue, figures.OverdueRenewals, "steps of servers are due and nobody has looked at them");
        Count(seen, AlarmCodes.OutboxStuck, figures.StuckMails, "customers' mails have waited for ten minutes");
        Count(seen, AlarmCodes.CallbacksStuck, figures.UnhandledCallbacks, "payment callbacks are not worked off");
        return new AlarmRound([AlarmCodes.RenewalsOverdue, AlarmCodes.OutboxStuck, AlarmCodes.CallbacksStuck], seen);
    }

    /// <summary>How the provider's accounts stand.</summary>
    public async Task<AlarmRound> ProviderAsync()
    {
        var seen = new List<AlarmSight>();
        foreach (var account in await cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Accounts())
        {
            if (account.Mode == ProviderAccountMode.Disabled)
                continue;
            if (account.Alarm is ProviderAlarm.TokenRefused or ProviderAlarm.WrongAccount)
                seen.Add(new AlarmSight(AlarmCodes.ProviderToken, account.AccountId, "The provider refuses the token, or it opens another account: everything there waits."));
            else if (account.Alarm != ProviderAlarm.None)
                seen.Add(new AlarmSight(AlarmCodes.ProviderAccount, account.AccountId, account.Alarm.ToString()));
            if (ReconciliationAlarms.AboutMoney(account, options.Value) is { } money)
                seen.Add(new AlarmSight(AlarmCodes.ProviderBalance, account.AccountId, money));
        }

        return new AlarmRound([AlarmCodes.ProviderToken, AlarmCodes.ProviderAccount, AlarmCodes.ProviderBalance], seen);
    }

    /// <summary>The books and the audit log, from their first row to their last: now and then.</summary>
    public async Task<AlarmRound> BooksAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var seen = new List<AlarmSight>();
        foreach (var account in (await ledger.TrialBalanceAsync(cancellation)).Accounts.Where(account => account.DifferenceIdr != 0))
            seen.Add(new AlarmSight(AlarmCodes.BooksDiffer, account.Account, string.Create(CultureInfo.InvariantCulture, $"The account differs from its records by {account.DifferenceIdr} rupiah.")));
        foreach (var finding in (await new BooksCheck(sources).RunAsync(now - BooksCheck.Settling, cancellation)).Where(finding => finding.Broken > 0))
            seen.Add(new AlarmSight(AlarmCodes.InvariantBroken, finding.Name, string.Create(CultureInfo.InvariantCulture, $"{finding.Broken} break it, such as {string.Join(", ", finding.Examples.Take(3))}.")));
        if ((await audit.VerifyAsync(cancellation)).Breaks is [var first, ..])
            seen.Add(new AlarmSight(AlarmCodes.AuditBroken, "", string.Create(CultureInfo.InvariantCulture, $"Line {first.Sequence} of the audit log is {first.What}.")));
        return new AlarmRound([AlarmCodes.BooksDiffer, AlarmCodes.InvariantBroken, AlarmCodes.AuditBroken], seen);
    }

    private static void Count(List<AlarmSight> seen, string code, long count, string what)
    {
        if (count > 0)
            seen.Add(new AlarmSight(code, "", string.Create(CultureInfo.InvariantCulture, $"{count} {what}.")));
    }
}

/// <summary>Codes of alarms. Stored: never rename.</summary>
internal static class AlarmCodes
{
    public const string ProviderToken = "PROVIDER_TOKEN";
    public const string ProviderAccount = "PROVIDER_ACCOUNT";
    public const string ProviderBalance = "PROVIDER_BALANCE";
    public const string RenewalsOverdue = "RENEWALS_OVERDUE";
    public const string OutboxStuck = "OUTBOX_STUCK";
    public const string CallbacksStuck = "CALLBACKS_STUCK";
    public const string BooksDiffer = "BOOKS_DIFFER";
    public const string InvariantBroken = "INVARIANT_BROKEN";
    public const string AuditBroken = "AUDIT_BROKEN";
    public const string ProviderDrift = "PROVIDER_DRIFT";
    public const string SettlementDiffers = "SETTLEMENT_DIFFERS";
}
