using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Desk;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Alarms;

/// <summary>
/// Mails alarms to every admin, for the length of one round. Whose outbox could not be asked is left out of the rest of it: waiting for a cluster that is
/// away costs a round once, and one account that fails keeps no mail from the other admins.
/// </summary>
internal sealed partial class AdminMails(IdentityDb db, AccountMails mails, ILogger log)
{
    private readonly HashSet<Guid> _away = [];
    private List<User>? _admins;

    /// <summary>Taken when every admin's outbox has it, or never will.</summary>
    public async Task<Hearing> SendAsync(AlarmRow alarm, bool cleared, CancellationToken cancellation)
    {
        _admins ??= await (from link in db.UserRoles
                           join role in db.Roles on link.RoleId equals role.Id
                           join user in db.Users on link.UserId equals user.Id
                           where role.Name == Roles.Admin
                           select user).ToListAsync(cancellation);
        var notice = NoticeOf(alarm, cleared);
        var sent = await Task.WhenAll(_admins.Where(admin => !_away.Contains(admin.Id)).Select(async admin => (admin.Id, Hearing: await SendAsync(admin, notice))));
        _away.UnionWith(sent.Where(one => one.Hearing == Hearing.Away).Select(one => one.Id));
        if (_away.Count > 0)
            return _away.Count == _admins.Count ? Hearing.Away : Hearing.NotTaken;
        return sent.Any(one => one.Hearing == Hearing.NotTaken) ? Hearing.NotTaken : Hearing.Taken;
    }

    private async Task<Hearing> SendAsync(User admin, Notice notice)
    {
        try
        {
            var told = await mails.NotifyAsync(admin, notice);
            // An outbox that is full has worse to tell, and to who has no contact nothing can be sent: neither is waited for.
            if (told.IsOk || told.Error is AccountError.OutboxFull or AccountError.NotFound)
                return Hearing.Taken;
            LogNotTaken(log, notice.NoticeId, told.Error.ToString()!);
            return Hearing.NotTaken;
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            LogNotTaken(log, notice.NoticeId, away.GetType().Name);
            return Hearing.Away;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // A fault of one account's, which Orleans hands on as it is: the others are told all the same.
            LogBroken(log, broken, notice.NoticeId);
            return Hearing.NotTaken;
        }
    }

    private static Notice NoticeOf(AlarmRow alarm, bool cleared)
    {
        var name = alarm.Subject.Length == 0 ? alarm.Code : $"{alarm.Code} {alarm.Subject}";
        var id = $"alarm:{alarm.Id}{(cleared ? ":over" : "")}";
        // What is only not looked for any more is not over: its last words are told as the first ones were.
        return cleared && !ReconciliationAlarms.IsLetGo(alarm)
            ? Notice.ShopAlarmOver(id, name, alarm.ClearedAt!.Value)
            : Notice.ShopAlarm(id, name, alarm.Detail, alarm.RaisedAt);
    }

    [LoggerMessage(LogLevel.Error, "An admin's outbox broke over {Notice}; next round")]
    private static partial void LogBroken(ILogger logger, Exception exception, string notice);

    [LoggerMessage(LogLevel.Warning, "An admin's outbox did not take {Notice} ({Reason}); next round")]
    private static partial void LogNotTaken(ILogger logger, string notice, string reason);
}
