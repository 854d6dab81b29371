namespace Webrana.Contracts.Notifications;

// What happens to an account. A link with a secret in it is mailed only, and forgotten once it left.
public sealed partial record Notice
{
    /// <param name="id">The caller's id.</param>
    /// <param name="url">Absolute: it holds a token that only the API can make.</param>
    public static Notice ConfirmEmail(string id, string url) => Of(id, NoticeKind.ConfirmEmail, ("url", url));

    /// <param name="id">The caller's id.</param>
    /// <param name="url">Absolute: it holds a token that only the API can make.</param>
    /// <param name="reset">Absolute: where a new password is asked for. Holds no secret.</param>
    public static Notice ConfirmEmailAgain(string id, string url, string reset) => Of(id, NoticeKind.ConfirmEmailAgain, ("url", url), ("reset", reset));

    /// <param name="id">The caller's id.</param>
    /// <param name="url">Absolute: it holds a token that only the API can make.</param>
    public static Notice ResetPassword(string id, string url) => Of(id, NoticeKind.ResetPassword, ("url", url));

    /// <param name="id">The caller's id.</param>
    public static Notice AccountExists(string id) => Of(id, NoticeKind.AccountExists);

    /// <param name="id">The caller's id.</param>
    /// <param name="name">Whom we welcome.</param>
    public static Notice Welcome(string id, string name) => Of(id, NoticeKind.Welcome, ("name", name));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When.</param>
    public static Notice PasswordChanged(string id, DateTimeOffset at) => Of(id, NoticeKind.PasswordChanged, Time("at", at));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When.</param>
    /// <param name="device">As people know it (<c>Chrome, Windows</c>).</param>
    /// <param name="ip">Its network address.</param>
    public static Notice NewSignIn(string id, DateTimeOffset at, string device, string ip) =>
        Of(id, NoticeKind.NewSignIn, Time("at", at), ("device", device), ("ip", ip));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When.</param>
    public static Notice TwoFactorOn(string id, DateTimeOffset at) => Of(id, NoticeKind.TwoFactorOn, Time("at", at));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When.</param>
    public static Notice TwoFactorOff(string id, DateTimeOffset at) => Of(id, NoticeKind.TwoFactorOff, Time("at", at));

    /// <param name="id">The caller's id.</param>
    /// <param name="newEmail">The address somebody asks for.</param>
    /// <param name="url">Absolute: it holds a token that only the API can make.</param>
    public static Notice ApproveEmailChange(string id, string newEmail, string url) => Of(id, NoticeKind.ApproveEmailChange, ("email", newEmail), ("url", url));

    /// <param name="id">The caller's id.</param>
    /// <param name="newEmail">Where it is sent.</param>
    /// <param name="url">Absolute: it holds a token that only the API can make.</param>
    public static Notice ConfirmNewEmail(string id, string newEmail, string url) => Of(id, NoticeKind.ConfirmNewEmail, ("to", newEmail), ("url", url));

    /// <param name="id">The caller's id.</param>
    /// <param name="before">Where it is sent: the address that was.</param>
    /// <param name="newEmail">The address that is.</param>
    public static Notice EmailChanged(string id, string before, string newEmail) => Of(id, NoticeKind.EmailChanged, ("to", before), ("email", newEmail));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When.</param>
    /// <param name="change">A code that the resources know (<c>passkey_added</c>).</param>
    public static Notice SecurityChanged(string id, DateTimeOffset at, string change) => Of(id, NoticeKind.SecurityChanged, Time("at", at), ("change", change));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When.</param>
    public static Notice AccountClosed(string id, DateTimeOffset at) => Of(id, NoticeKind.AccountClosed, Time("at", at));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">Since when.</param>
    public static Notice AccountFrozen(string id, DateTimeOffset at) => Of(id, NoticeKind.AccountFrozen, Time("at", at));

    /// <param name="id">The caller's id.</param>
    public static Notice AccountUnfrozen(string id) => Of(id, NoticeKind.AccountUnfrozen);

    /// <param name="id">The caller's id.</param>
    /// <param name="host">Of the webhook that failed.</param>
    /// <param name="since">The first failure of the row.</param>
    public static Notice WebhookDisabled(string id, string host, DateTimeOffset since) =>
        Of(id, NoticeKind.WebhookDisabled, ("host", host), Time("since", since));

    /// <param name="id">The caller's id.</param>
    /// <param name="at">When it was asked for.</param>
    public static Notice WebhookPing(string id, DateTimeOffset at) => Of(id, NoticeKind.WebhookPing, Time("at", at));
}
