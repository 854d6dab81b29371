namespace Webrana.Contracts.Notifications;

// What happens to the shop itself; to its admins.
public sealed partial record Notice
{
    /// <param name="id">The caller's id.</param>
    /// <param name="alarm">Its code, with what it is about.</param>
    /// <param name="detail">What was seen.</param>
    /// <param name="at">Since when.</param>
    public static Notice ShopAlarm(string id, string alarm, string detail, DateTimeOffset at) =>
        Of(id, NoticeKind.ShopAlarm, ("alarm", alarm), ("detail", detail), Time("since", at));

    /// <param name="id">The caller's id.</param>
    /// <param name="alarm">Its code, with what it was about.</param>
    /// <param name="at">When it was over.</param>
    public static Notice ShopAlarmOver(string id, string alarm, DateTimeOffset at) => Of(id, NoticeKind.ShopAlarmOver, ("alarm", alarm), Time("at", at));
}
