namespace Webrana.Contracts.Notifications;

/// <summary>
/// Everything we tell a customer of. Stored by name; rows keep them for years, so that none is ever renamed. What each needs stands on its
/// factory in <see cref="Notice"/>; what each says, in the resources of <c>src/Notices</c>.
/// </summary>
[GenerateSerializer, Alias("notice-kind")]
public enum NoticeKind
{
    /// <summary>The link that proves an address.</summary>
    ConfirmEmail,

    /// <summary>The link to a new password.</summary>
    ResetPassword,

    /// <summary>A top-up arrived.</summary>
    DepositPaid,

    /// <summary>A server runs.</summary>
    ServerReady,

    /// <summary>An order came to nothing and its money is free again.</summary>
    OrderFailed,

    /// <summary>A period was paid.</summary>
    Renewed,

    /// <summary>The balance does not cover a renewal.</summary>
    BalanceShort,

    /// <summary>A server is gone for good.</summary>
    ServerDeleted,

    /// <summary>A renewal to come that the balance covers.</summary>
    RenewalAhead,

    /// <summary>The paid time ends and nothing will be charged.</summary>
    Expiring,

    /// <summary>Switched off for want of money or by choice.</summary>
    Suspended,

    /// <summary>About to be destroyed.</summary>
    FinalWarning,

    /// <summary>The server vanished at the provider.</summary>
    ServerLost,

    /// <summary>An order waits because the provider cannot be worked with.</summary>
    OrderDelayed,

    /// <summary>The account can be used.</summary>
    Welcome,

    /// <summary>Bonus money or cashback came in.</summary>
    PromoCredited,

    /// <summary>The balance fell below the line the customer drew.</summary>
    BalanceLow,

    /// <summary>Money of a server came back to the wallet.</summary>
    Refunded,

    /// <summary>A top-up was given back outside, and what was spent of it is owed.</summary>
    DebtOwed,

    /// <summary>Stopped and kept as a snapshot.</summary>
    Hibernated,

    /// <summary>Back after a suspension or hibernation.</summary>
    Restored,

    /// <summary>Stopped by us for a reason that money does not lift.</summary>
    Blocked,

    /// <summary>A renewal will cost something else from a date on.</summary>
    PriceChange,

    /// <summary>The password of the account is another one.</summary>
    PasswordChanged,

    /// <summary>Somebody signed in from a device not seen before.</summary>
    NewSignIn,

    TwoFactorOn,
    TwoFactorOff,

    /// <summary>A webhook of the customer failed for so long that it was switched off.</summary>
    WebhookDisabled,

    /// <summary>Sent to a webhook on request, to show that it works.</summary>
    WebhookPing,

    /// <summary>To the present address: somebody asks for another one.</summary>
    ApproveEmailChange,

    /// <summary>To the new address: is it yours?</summary>
    ConfirmNewEmail,

    /// <summary>To the address that was.</summary>
    EmailChanged,

    /// <summary>Something else that protects or opens the account changed.</summary>
    SecurityChanged,

    /// <summary>Something of the shop that an admin should look at.</summary>
    ShopAlarm,

    /// <summary>It is over.</summary>
    ShopAlarmOver,

    /// <summary>The owner closed the account: the last mail.</summary>
    AccountClosed,

    /// <summary>We shut the account: no sign-in, no orders.</summary>
    AccountFrozen,

    /// <summary>The account is open again.</summary>
    AccountUnfrozen,

    /// <summary>Balance left the wallet for the customer's own bank account.</summary>
    PaidOut,

    /// <summary>Somebody registered with the address of an account.</summary>
    AccountExists,

    /// <summary>A person looks at a bonus before it is given.</summary>
    BonusInReview,

    /// <summary>A bonus that was looked at is not given.</summary>
    BonusRefused,

    /// <summary>Somebody registered again with an address that nobody has confirmed: the link once more, and whose password holds.</summary>
    ConfirmEmailAgain,

    /// <summary>A customer took an order back before the provider knew of it, and its money is free again.</summary>
    OrderCancelled,
}

/// <summary>How an installed server is entered.</summary>
public enum LoginWay
{
    /// <summary>With one of the customer's own keys.</summary>
    Key,

    /// <summary>With the password that the panel shows once.</summary>
    Password,
}
