using Webrana.Contracts.Notifications;

namespace Webrana.Notices;

/// <summary>How a value of a notice is read.</summary>
public enum NoticeValue
{
    /// <summary>A name, an address: shown as it is.</summary>
    Text,

    /// <summary>Whole rupiah in digits.</summary>
    Rupiah,

    /// <summary>RFC 3339.</summary>
    Time,

    /// <summary>A code that the resources have words for.</summary>
    Code,
}

/// <summary>What a kind is about; preferences are shown in these groups.</summary>
public enum NoticeGroup
{
    Account,
    Money,
    Servers,
}

/// <summary>Who must hear of a kind, and where.</summary>
public enum NoticeReach
{
    /// <summary>The customer decides.</summary>
    Chosen,

    /// <summary>Its mail cannot be switched off: money, loss of data, or the account's safety depend on it.</summary>
    Mandatory,

    /// <summary>Holds a secret: mailed, never shown in the panel or elsewhere, and forgotten once it left.</summary>
    MailOnly,

    /// <summary>For a webhook alone.</summary>
    WebhookOnly,
}

/// <summary>What is fixed for one kind.</summary>
/// <param name="Code">Its name outside: in the API and in webhooks. Never changed.</param>
/// <param name="Path">Where its button leads in the panel; <c>{instance}</c> is filled in.</param>
public sealed record NoticeRule(NoticeKind Kind, string Code, NoticeGroup Group, NoticeReach Reach, string Path)
{
    /// <summary>Shown among the notices of the panel.</summary>
    public bool InPanel => Reach is NoticeReach.Chosen or NoticeReach.Mandatory;

    /// <summary>
    /// Carries a link that opens something by itself, for whoever holds it: its row is sealed, and forgotten however its mail ends, once it is a day old
    /// at the latest. Other mails with a secret are kept until they left, so that a person may send them again.
    /// </summary>
    public bool HoldsLink => Kind is NoticeKind.ConfirmEmail or NoticeKind.ConfirmEmailAgain or NoticeKind.ResetPassword
        or NoticeKind.ApproveEmailChange or NoticeKind.ConfirmNewEmail;

    /// <summary>Told to very many at once: it leaves behind whatever one person may be waiting for.</summary>
    public bool IsBulk => Kind is NoticeKind.RenewalAhead or NoticeKind.Renewed or NoticeKind.PriceChange;

    /// <summary>Where a notice's button leads, relative to the panel's root.</summary>
    public string PathOf(Notice notice) => Path.Replace("{instance}", notice.Values.GetValueOrDefault("instance", ""), StringComparison.Ordinal);
}

/// <summary>All kinds, with what is fixed for each.</summary>
public static class NoticeCatalogue
{
    private const string Server = "/servers/{instance}";

    /// <summary>In the order in which preferences show them.</summary>
    public static IReadOnlyList<NoticeRule> All { get; } =
    [
        new(NoticeKind.Welcome, "account.welcome", NoticeGroup.Account, NoticeReach.Chosen, "/servers"),
        new(NoticeKind.ConfirmEmail, "account.confirm_email", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.ConfirmEmailAgain, "account.confirm_email_again", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.ResetPassword, "account.reset_password", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.AccountExists, "account.exists", NoticeGroup.Account, NoticeReach.MailOnly, "/login"),
        new(NoticeKind.PasswordChanged, "account.password_changed", NoticeGroup.Account, NoticeReach.Mandatory, "/account/security"),
        new(NoticeKind.NewSignIn, "account.new_sign_in", NoticeGroup.Account, NoticeReach.Mandatory, "/account/security"),
        new(NoticeKind.TwoFactorOn, "account.two_factor_on", NoticeGroup.Account, NoticeReach.Mandatory, "/account/security"),
        new(NoticeKind.TwoFactorOff, "account.two_factor_off", NoticeGroup.Account, NoticeReach.Mandatory, "/account/security"),
        new(NoticeKind.ApproveEmailChange, "account.approve_email_change", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.ConfirmNewEmail, "account.confirm_new_email", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.EmailChanged, "account.email_changed", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.SecurityChanged, "account.security_changed", NoticeGroup.Account, NoticeReach.Mandatory, "/account/security"),
        new(NoticeKind.AccountFrozen, "account.frozen", NoticeGroup.Account, NoticeReach.Mandatory, "/"),
        new(NoticeKind.AccountUnfrozen, "account.unfrozen", NoticeGroup.Account, NoticeReach.Mandatory, "/servers"),
        new(NoticeKind.WebhookDisabled, "account.webhook_disabled", NoticeGroup.Account, NoticeReach.Chosen, "/webhooks"),
        new(NoticeKind.DepositPaid, "deposit.paid", NoticeGroup.Money, NoticeReach.Chosen, "/wallet"),
        new(NoticeKind.PromoCredited, "promo.credited", NoticeGroup.Money, NoticeReach.Chosen, "/wallet"),
        new(NoticeKind.BonusInReview, "promo.in_review", NoticeGroup.Money, NoticeReach.Chosen, "/wallet"),
        new(NoticeKind.BonusRefused, "promo.refused", NoticeGroup.Money, NoticeReach.Chosen, "/wallet"),
        new(NoticeKind.BalanceLow, "wallet.balance_low", NoticeGroup.Money, NoticeReach.Chosen, "/wallet/top-up"),
        new(NoticeKind.Refunded, "wallet.refunded", NoticeGroup.Money, NoticeReach.Chosen, "/wallet"),
        new(NoticeKind.PaidOut, "wallet.paid_out", NoticeGroup.Money, NoticeReach.Mandatory, "/wallet"),
        new(NoticeKind.DebtOwed, "wallet.debt_owed", NoticeGroup.Money, NoticeReach.Mandatory, "/wallet/top-up"),
        new(NoticeKind.ServerReady, "server.ready", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.OrderDelayed, "order.delayed", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.OrderFailed, "order.failed", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.OrderCancelled, "order.cancelled", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.RenewalAhead, "renewal.ahead", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.Renewed, "renewal.paid", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.PriceChange, "renewal.price_change", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.BalanceShort, "renewal.balance_short", NoticeGroup.Servers, NoticeReach.Mandatory, "/wallet/top-up"),
        new(NoticeKind.Expiring, "server.expiring", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.Suspended, "server.suspended", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.Blocked, "server.blocked", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.FinalWarning, "server.final_warning", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.Hibernated, "server.hibernated", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.Restored, "server.restored", NoticeGroup.Servers, NoticeReach.Chosen, Server),
        new(NoticeKind.ServerDeleted, "server.deleted", NoticeGroup.Servers, NoticeReach.Mandatory, "/servers"),
        new(NoticeKind.ServerLost, "server.lost", NoticeGroup.Servers, NoticeReach.Mandatory, Server),
        new(NoticeKind.ShopAlarm, "shop.alarm", NoticeGroup.Account, NoticeReach.MailOnly, "/admin"),
        new(NoticeKind.ShopAlarmOver, "shop.alarm_over", NoticeGroup.Account, NoticeReach.MailOnly, "/admin"),
        new(NoticeKind.AccountClosed, "account.closed", NoticeGroup.Account, NoticeReach.MailOnly, "/"),
        new(NoticeKind.WebhookPing, "webhook.ping", NoticeGroup.Account, NoticeReach.WebhookOnly, "/webhooks"),
    ];

    private static readonly Dictionary<NoticeKind, NoticeRule> ByKind = All.ToDictionary(rule => rule.Kind);
    private static readonly Dictionary<string, NoticeRule> ByCode = All.ToDictionary(rule => rule.Code, StringComparer.Ordinal);

    private static readonly Dictionary<string, NoticeValue> Values = new(StringComparer.Ordinal)
    {
        ["amount"] = NoticeValue.Rupiah,
        ["balance"] = NoticeValue.Rupiah,
        ["shortfall"] = NoticeValue.Rupiah,
        ["threshold"] = NoticeValue.Rupiah,
        ["debt"] = NoticeValue.Rupiah,
        ["oldPrice"] = NoticeValue.Rupiah,
        ["newPrice"] = NoticeValue.Rupiah,
        ["nextRenewal"] = NoticeValue.Time,
        ["dueAt"] = NoticeValue.Time,
        ["expiresAt"] = NoticeValue.Time,
        ["at"] = NoticeValue.Time,
        ["since"] = NoticeValue.Time,
        ["from"] = NoticeValue.Time,
        ["reason"] = NoticeValue.Code,
        ["login"] = NoticeValue.Code,
        ["last"] = NoticeValue.Code,
        ["change"] = NoticeValue.Code,
        ["expires"] = NoticeValue.Code,
    };

    /// <summary>The rule of a kind.</summary>
    public static NoticeRule Of(NoticeKind kind) => ByKind[kind];

    /// <summary>The rule of a code; null when there is no such.</summary>
    public static NoticeRule? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>How the value of this name is read, in every kind alike.</summary>
    public static NoticeValue TypeOf(string name) => Values.GetValueOrDefault(name, NoticeValue.Text);
}
