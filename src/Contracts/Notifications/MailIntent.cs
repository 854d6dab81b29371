namespace Webrana.Contracts.Notifications;

/// <summary>
/// A mail to be sent: which template and what to put into it. Rendered when sent, in the account's language, so that state stays small
/// and a corrected template helps mails still waiting.
/// </summary>
/// <param name="MailId">The caller's id; the same id is sent once.</param>
/// <param name="Values">Placeholder → value, plain text.</param>
/// <param name="To">Another address than the contact's: the one that is to be confirmed, or was the contact's until now. Null: the contact's.</param>
[GenerateSerializer, Immutable, Alias("mail-intent")]
public sealed record MailIntent(
    [property: Id(0)] string MailId,
    [property: Id(1)] MailTemplate Template,
    [property: Id(2)] IReadOnlyDictionary<string, string> Values,
    [property: Id(3)] string? To = null);

/// <summary>The mails we send.</summary>
[GenerateSerializer, Alias("mail-template")]
public enum MailTemplate
{
    /// <summary>Values: <c>url</c>.</summary>
    ConfirmEmail,

    /// <summary>Values: <c>url</c>.</summary>
    ResetPassword,

    /// <summary>Values: <c>amount</c>, <c>balance</c> (rupiah as digits), <c>url</c>.</summary>
    DepositPaid,

    /// <summary>Values: <c>server</c>, <c>ip</c>, <c>url</c>.</summary>
    ServerReady,

    /// <summary>Values: <c>server</c>, <c>reason</c>, <c>amount</c>, <c>url</c>.</summary>
    OrderFailed,

    /// <summary>Values: <c>server</c>, <c>amount</c>, <c>nextRenewal</c> (RFC 3339), <c>url</c>.</summary>
    Renewed,

    /// <summary>Values: <c>server</c>, <c>shortfall</c>, <c>dueAt</c> (RFC 3339), <c>url</c>.</summary>
    BalanceShort,

    /// <summary>Values: <c>server</c>.</summary>
    ServerDeleted,

    /// <summary>A renewal to come that the balance covers. Values: <c>server</c>, <c>amount</c>, <c>dueAt</c> (RFC 3339), <c>url</c>.</summary>
    RenewalAhead,

    /// <summary>The paid time ends and nothing will be charged. Values: <c>server</c>, <c>dueAt</c> (RFC 3339), <c>url</c>.</summary>
    Expiring,

    /// <summary>Switched off for want of money or by choice. Values: <c>server</c>, <c>dueAt</c> (when it is destroyed, RFC 3339), <c>url</c>.</summary>
    Suspended,

    /// <summary>About to be destroyed. Values: <c>server</c>, <c>dueAt</c> (RFC 3339), <c>url</c>.</summary>
    FinalWarning,

    /// <summary>The server vanished at the provider. Values: <c>server</c>, <c>url</c>.</summary>
    ServerLost,

    /// <summary>An order waits because the provider cannot be worked with. Values: <c>server</c>, <c>url</c>.</summary>
    OrderDelayed,

    /// <summary>To the present address: somebody asks for another one. Values: <c>email</c> (the new one), <c>url</c>.</summary>
    ApproveEmailChange,

    /// <summary>To the new address. Values: <c>url</c>.</summary>
    ConfirmNewEmail,

    /// <summary>To the address that was. Values: <c>email</c> (the new one).</summary>
    EmailChanged,

    /// <summary>Signed in from a device not seen before. Values: <c>device</c>, <c>address</c>, <c>at</c> (RFC 3339), <c>url</c>.</summary>
    NewSignIn,

    /// <summary>What protects the account changed. Values: <c>change</c> (a word with a text <c>Change.…</c>), <c>at</c> (RFC 3339), <c>url</c>.</summary>
    SecurityChanged,
}
