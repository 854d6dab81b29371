namespace Webrana.Contracts.Notifications;

// What happens to a server, from its order to its end.
public sealed partial record Notice
{
    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="ip">Its public address.</param>
    /// <param name="login">How root gets in.</param>
    public static Notice ServerReady(string id, InstanceId instance, string server, string ip, LoginWay login) => Of(
        id, NoticeKind.ServerReady, Server(instance), ("server", server), ("ip", ip), ("login", login == LoginWay.Key ? "key" : "password"));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The order, which can be placed again from its page.</param>
    /// <param name="server">The name it would have had.</param>
    /// <param name="reason">A code that the resources know (<c>no_capacity</c>).</param>
    /// <param name="amountIdr">What was held and is free again.</param>
    public static Notice OrderFailed(string id, InstanceId instance, string server, string reason, long amountIdr) =>
        Of(id, NoticeKind.OrderFailed, Server(instance), ("server", server), ("reason", reason), Money("amount", amountIdr));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The order that was taken back.</param>
    /// <param name="server">The name it would have had.</param>
    /// <param name="amountIdr">What was held and is free again.</param>
    public static Notice OrderCancelled(string id, InstanceId instance, string server, long amountIdr) =>
        Of(id, NoticeKind.OrderCancelled, Server(instance), ("server", server), Money("amount", amountIdr));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    public static Notice OrderDelayed(string id, InstanceId instance, string server) =>
        Of(id, NoticeKind.OrderDelayed, Server(instance), ("server", server));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="amountIdr">What will be charged.</param>
    /// <param name="dueAt">When.</param>
    public static Notice RenewalAhead(string id, InstanceId instance, string server, long amountIdr, DateTimeOffset dueAt) =>
        Of(id, NoticeKind.RenewalAhead, Server(instance), ("server", server), Money("amount", amountIdr), Time("dueAt", dueAt));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="amountIdr">What was charged.</param>
    /// <param name="nextRenewal">When the period ends.</param>
    public static Notice Renewed(string id, InstanceId instance, string server, long amountIdr, DateTimeOffset nextRenewal) =>
        Of(id, NoticeKind.Renewed, Server(instance), ("server", server), Money("amount", amountIdr), Time("nextRenewal", nextRenewal));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="shortfallIdr">What to top up so that it runs on.</param>
    /// <param name="dueAt">When it stops otherwise.</param>
    public static Notice BalanceShort(string id, InstanceId instance, string server, long shortfallIdr, DateTimeOffset dueAt) =>
        Of(id, NoticeKind.BalanceShort, Server(instance), ("server", server), Money("shortfall", shortfallIdr), Time("dueAt", dueAt));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="dueAt">When its paid time ends.</param>
    public static Notice Expiring(string id, InstanceId instance, string server, DateTimeOffset dueAt) =>
        Of(id, NoticeKind.Expiring, Server(instance), ("server", server), Time("dueAt", dueAt));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="dueAt">How long it is kept.</param>
    public static Notice Suspended(string id, InstanceId instance, string server, DateTimeOffset dueAt) =>
        Of(id, NoticeKind.Suspended, Server(instance), ("server", server), Time("dueAt", dueAt));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="restorableUntil">How long its snapshot is kept.</param>
    public static Notice Hibernated(string id, InstanceId instance, string server, DateTimeOffset restorableUntil) =>
        Of(id, NoticeKind.Hibernated, Server(instance), ("server", server), Time("dueAt", restorableUntil));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="ip">Its address now.</param>
    public static Notice Restored(string id, InstanceId instance, string server, string ip) =>
        Of(id, NoticeKind.Restored, Server(instance), ("server", server), ("ip", ip));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="dueAt">When it is destroyed.</param>
    public static Notice FinalWarning(string id, InstanceId instance, string server, DateTimeOffset dueAt) =>
        Of(id, NoticeKind.FinalWarning, Server(instance), ("server", server), Time("dueAt", dueAt));

    /// <param name="id">The caller's id.</param>
    /// <param name="server">Its name.</param>
    /// <param name="addonsIdr">What was charged with it for add-ons used since the last renewal; 0 for nothing.</param>
    public static Notice ServerDeleted(string id, string server, long addonsIdr = 0) => addonsIdr == 0
        ? Of(id, NoticeKind.ServerDeleted, ("server", server))
        : Of(id, NoticeKind.ServerDeleted, ("server", server), ("last", "addons"), Money("amount", addonsIdr));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    public static Notice ServerLost(string id, InstanceId instance, string server) =>
        Of(id, NoticeKind.ServerLost, Server(instance), ("server", server));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="reason">A code that the resources know (<c>abuse</c>), or what an admin wrote.</param>
    public static Notice Blocked(string id, InstanceId instance, string server, string reason) =>
        Of(id, NoticeKind.Blocked, Server(instance), ("server", server), ("reason", reason));

    /// <param name="id">The caller's id.</param>
    /// <param name="instance">The server.</param>
    /// <param name="server">Its name.</param>
    /// <param name="oldPriceIdr">What a period costs until then.</param>
    /// <param name="newPriceIdr">What it costs from then on.</param>
    /// <param name="from">The first renewal at the new price.</param>
    public static Notice PriceChange(string id, InstanceId instance, string server, long oldPriceIdr, long newPriceIdr, DateTimeOffset from) => Of(
        id, NoticeKind.PriceChange, Server(instance), ("server", server), Money("oldPrice", oldPriceIdr), Money("newPrice", newPriceIdr), Time("from", from));

    private static (string, string) Server(InstanceId instance) => ("instance", instance.ToString());
}
