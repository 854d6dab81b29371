using Webrana.Contracts;
using Webrana.Contracts.Notifications;

namespace Webrana.Notices;

/// <summary>One notice of every kind with plausible figures: what admins see in the preview, and what the texts are proven with.</summary>
public static class NoticeSamples
{
    private static readonly InstanceId Instance = new(new Guid("0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01"));
    private static readonly DateTimeOffset At = new(2026, 12, 15, 7, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = new(2026, 12, 31, 17, 5, 0, TimeSpan.Zero);

    /// <summary>The sample of a kind.</summary>
    public static Notice Of(NoticeKind kind) => kind switch
    {
        NoticeKind.ConfirmEmail => Notice.ConfirmEmail("sample", "https://webrana.example/confirm-email?userId=u&token=t"),
        NoticeKind.ConfirmEmailAgain => Notice.ConfirmEmailAgain(
            "sample", "https://webrana.example/confirm-email?userId=u&token=t", "https://webrana.example/forgot-password"),
        NoticeKind.ResetPassword => Notice.ResetPassword("sample", "https://webrana.example/reset-password?userId=u&token=t"),
        NoticeKind.AccountExists => Notice.AccountExists("sample"),
        NoticeKind.Welcome => Notice.Welcome("sample", "Budi Santoso"),
        NoticeKind.PasswordChanged => Notice.PasswordChanged("sample", At),
        NoticeKind.NewSignIn => Notice.NewSignIn("sample", At, "Chrome, Windows", "203.0.113.7"),
        NoticeKind.TwoFactorOn => Notice.TwoFactorOn("sample", At),
        NoticeKind.TwoFactorOff => Notice.TwoFactorOff("sample", At),
        NoticeKind.ApproveEmailChange => Notice.ApproveEmailChange("sample", "baru@example.com", "https://webrana.example/confirm-email-change?token=t"),
        NoticeKind.ConfirmNewEmail => Notice.ConfirmNewEmail("sample", "baru@example.com", "https://webrana.example/confirm-email-change?token=t"),
        NoticeKind.EmailChanged => Notice.EmailChanged("sample", "lama@example.com", "baru@example.com"),
        NoticeKind.SecurityChanged => Notice.SecurityChanged("sample", At, "passkey_added"),
        NoticeKind.AccountClosed => Notice.AccountClosed("sample", At),
        NoticeKind.ShopAlarm => Notice.ShopAlarm("sample", "PROVIDER_TOKEN primary", "The provider refuses the token.", At),
        NoticeKind.ShopAlarmOver => Notice.ShopAlarmOver("sample", "PROVIDER_TOKEN primary", Later),
        NoticeKind.AccountFrozen => Notice.AccountFrozen("sample", At),
        NoticeKind.AccountUnfrozen => Notice.AccountUnfrozen("sample"),
        NoticeKind.WebhookDisabled => Notice.WebhookDisabled("sample", "hooks.example.com", At),
        NoticeKind.WebhookPing => Notice.WebhookPing("sample", At),
        NoticeKind.DepositPaid => Notice.DepositPaid("sample", 150_000, 1_250_000),
        NoticeKind.PromoCredited => Notice.PromoCredited("sample", 25_000, "Promo Selamat datang", Later),
        NoticeKind.BonusInReview => Notice.BonusInReview("sample", 25_000, "Promo Selamat datang"),
        NoticeKind.BonusRefused => Notice.BonusRefused("sample", "Promo Selamat datang"),
        NoticeKind.BalanceLow => Notice.BalanceLow("sample", 42_500, 50_000),
        NoticeKind.Refunded => Notice.Refunded("sample", 64_000, "web-1"),
        NoticeKind.PaidOut => Notice.PaidOut("sample", 150_000, "BCA 0098812"),
        NoticeKind.DebtOwed => Notice.DebtOwed("sample", 42_500),
        NoticeKind.ServerReady => Notice.ServerReady("sample", Instance, "web-1", "203.0.113.7", LoginWay.Password),
        NoticeKind.OrderFailed => Notice.OrderFailed("sample", Instance, "web-1", "no_capacity", 150_000),
        NoticeKind.OrderCancelled => Notice.OrderCancelled("sample", Instance, "web-1", 150_000),
        NoticeKind.OrderDelayed => Notice.OrderDelayed("sample", Instance, "web-1"),
        NoticeKind.RenewalAhead => Notice.RenewalAhead("sample", Instance, "web-1", 150_000, Later),
        NoticeKind.Renewed => Notice.Renewed("sample", Instance, "web-1", 150_000, At),
        NoticeKind.PriceChange => Notice.PriceChange("sample", Instance, "web-1", 150_000, 165_000, Later),
        NoticeKind.BalanceShort => Notice.BalanceShort("sample", Instance, "web-1", 42_500, Later),
        NoticeKind.Expiring => Notice.Expiring("sample", Instance, "web-1", Later),
        NoticeKind.Suspended => Notice.Suspended("sample", Instance, "web-1", Later),
        NoticeKind.Blocked => Notice.Blocked("sample", Instance, "web-1", "abuse"),
        NoticeKind.FinalWarning => Notice.FinalWarning("sample", Instance, "web-1", Later),
        NoticeKind.Hibernated => Notice.Hibernated("sample", Instance, "web-1", Later),
        NoticeKind.Restored => Notice.Restored("sample", Instance, "web-1", "203.0.113.7"),
        NoticeKind.ServerDeleted => Notice.ServerDeleted("sample", "web-1", 12_500),
        NoticeKind.ServerLost => Notice.ServerLost("sample", Instance, "web-1"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind without a sample."),
    };
}
