using Webrana.Contracts.Notifications;

namespace Webrana.Grains.Accounts;

/// <summary>How the outbox changes. Pure; the grain writes what comes out.</summary>
public static class Outbox
{
    /// <summary>Mails that may wait per person: beyond it something is wrong, and a state must stay small.</summary>
    public const int Capacity = 50;

    /// <summary>Ids of past mails that are remembered.</summary>
    public const int RememberedIds = 100;

    /// <summary>After so many failures, about three days, a mail is given up.</summary>
    public const int MaximumFailures = 80;

    static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>True when this id waits or is done: it is not taken a second time.</summary>
    public static bool Knows(AccountState state, string mailId) =>
        state.DoneIds.Contains(mailId) || state.Outbox.Any(mail => mail.MailId == mailId);

    /// <summary>Adds a mail, to be sent now.</summary>
    public static AccountState Taken(AccountState state, Notice notice, long nowMs) => state with
    {
        Outbox = [.. state.Outbox, new OutboxMail(notice.NoticeId, notice.Kind, notice.Values, 0, nowMs)],
    };

    /// <summary>The mail server took it, or it never will: it leaves the outbox and its id is remembered.</summary>
    public static AccountState Finished(AccountState state, string mailId) => state with
    {
        Outbox = [.. state.Outbox.Where(mail => mail.MailId != mailId)],
        DoneIds = [.. state.DoneIds.Append(mailId).TakeLast(RememberedIds)],
    };

    /// <summary>Not now: tried again after 10 s, doubling to an hour.</summary>
    public static AccountState Postponed(AccountState state, string mailId, long nowMs) => state with
    {
        Outbox = [.. state.Outbox.Select(mail => mail.MailId == mailId ? Postponed(mail, nowMs) : mail)],
    };

    static OutboxMail Postponed(OutboxMail mail, long nowMs)
    {
        var pause = TimeSpan.FromSeconds(10L << Math.Min(mail.Failures, 9));
        if (pause > LongestPause) pause = LongestPause;
        return mail with { Failures = mail.Failures + 1, TryAtMs = nowMs + (long)pause.TotalMilliseconds };
    }
}
