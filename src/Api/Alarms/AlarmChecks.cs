using System.Globalization;
using Microsoft.Extensions.Options;
using Webrana.Api.Admin;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data;
using Webrana.Data.Audit;
using Webrana.Data.Desk;
using Webrana.Data.Papers;
using Webrana.Data.Reconciliation;
using Webrana.Data.Wallets;

namespace Webrana.Api.Alarms;

/// <summary>What was looked for, and what was seen of it.</summary>
internal sealed record AlarmRound(IReadOnlyCollection<string> Asked, IReadOnlyCollection<AlarmSight> Seen)
{
    /// <summary>What stands and is not looked for any more: it ends with these last words, and nobody says that it is over.</summary>
    public IReadOnlyCollection<AlarmSight> LetGo { get; init; } = [];
}

/// <summary>Looks for what somebody should know. Reads only; each check says its codes, so that one that cannot be asked clears nothing.</summary>
internal sealed class AlarmChecks(
    DashboardQueries dashboard, LedgerQueries ledger, AuditChain audit, DataSources sources, AlarmRows rows, IClusterClient cluster, IOptions<DeskOptions> options)
{
    /// <summary>What is cheap enough for every round.</summary>
    public async Task<AlarmRound> QuickAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var figures = await dashboard.ReadAsync(now, now, cancellation);
        var seen = new List<AlarmSight>();
        Count(seen, AlarmCodes.RenewalsOverdue, figures.OverdueRenewals, "steps of servers are due and nobody has looked at them");
        Count(seen, AlarmCodes.OutboxStuck, figures.StuckMails, "customers have mails or messages that have waited for minutes");
        Count(seen, AlarmCodes.CallbacksStuck, figures.UnhandledCallbacks, "payment callbacks are not worked off");
        var (owners, longest) = await new PaperPress(sources).StuckAsync(cancellation);
        Count(seen, AlarmCodes.PapersStuck, owners, $"customers cannot be told of money that moved, and their receipts and invoices wait with it; for longest those of {longest}");
        return new AlarmRound([AlarmCodes.RenewalsOverdue, AlarmCodes.OutboxStuck, AlarmCodes.CallbacksStuck, AlarmCodes.PapersStuck], seen);
    }

    /// <summary>How the provider's accounts stand.</summary>
    public async Task<AlarmRound> ProviderAsync(CancellationToken cancellation)
    {
        var seen = new List<AlarmSight>();
        var accounts = await cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Accounts();
        foreach (var account in accounts)
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

        string[] always = [AlarmCodes.ProviderToken, AlarmCodes.ProviderAccount, AlarmCodes.ProviderBalance];
        return new AlarmRound(await CapacityAsync(accounts, seen, cancellation) ? [.. always, AlarmCodes.ProviderCapacity] : always, seen);
    }

    /// <summary>
    /// How many droplets may still be ordered, over all accounts that sell: the provider takes days to raise a limit, so somebody has to know
    /// before the shop stops selling. False where it is not known: an account that was not looked at yet, or none that could sell.
    /// </summary>
    private async Task<bool> CapacityAsync(IReadOnlyList<ProviderAccountView> accounts, List<AlarmSight> seen, CancellationToken cancellation)
    {
        // One that is in trouble has an alarm of its own, and no room to count on.
        var selling = accounts
            .Where(account => account is { Mode: ProviderAccountMode.Active, Alarm: not (ProviderAlarm.TokenRefused or ProviderAlarm.WrongAccount or ProviderAlarm.Locked) }).ToList();
        if (selling.Count == 0 || selling.Any(account => account.CheckedAt is null))
            return false;
        var left = selling.Sum(account => account.Free);
        var few = options.Value.FewDropletsLeft;
        // One that stands ends with two more than raise it: else each order and each deletion at the edge would be a mail.
        if (few > 0 && (left <= few || (left == few + 1 && await rows.StandsAsync(AlarmCodes.ProviderCapacity, "", cancellation))))
        {
            var rooms = string.Join(", ", selling.Select(account => string.Create(CultureInfo.InvariantCulture, $"{account.AccountId}: {account.Free} of {account.DropletLimit}")));
            seen.Add(new AlarmSight(AlarmCodes.ProviderCapacity, "", string.Create(
                CultureInfo.InvariantCulture,
                $"{(left == 0 ? "No server can be ordered any more" : $"Only {left} more servers can be ordered")} ({rooms}). Ask the provider for a higher limit, or add an account.")));
        }

        return true;
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
    public const string ProviderCapacity = "PROVIDER_CAPACITY";
    public const string RenewalsOverdue = "RENEWALS_OVERDUE";
    public const string OutboxStuck = "OUTBOX_STUCK";
    public const string CallbacksStuck = "CALLBACKS_STUCK";
    public const string PapersStuck = "PAPERS_STUCK";
    public const string BooksDiffer = "BOOKS_DIFFER";
    public const string InvariantBroken = "INVARIANT_BROKEN";
    public const string AuditBroken = "AUDIT_BROKEN";
    public const string ProviderDrift = "PROVIDER_DRIFT";
    public const string SettlementDiffers = "SETTLEMENT_DIFFERS";
}
