namespace Webrana.Contracts.Notifications;

/// <summary>
/// A mail to be sent: which template and what to put into it. Rendered when sent, in the account's language, so that state stays small
/// and a corrected template helps mails still waiting.
/// </summary>
/// <param name="MailId">The caller's id; the same id is sent once.</param>
/// <param name="Values">Placeholder → value, plain text.</param>
[GenerateSerializer, Immutable, Alias("mail-intent")]
public sealed record MailIntent(
    [property: Id(0)] string MailId,
    [property: Id(1)] MailTemplate Template,
    [property: Id(2)] IReadOnlyDictionary<string, string> Values);

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

    /// <summary>Put away: an image is kept until a date. Values: <c>server</c>, <c>dueAt</c> (RFC 3339), <c>url</c>.</summary>
    Hibernated,

    /// <summary>Another price from a date on. Values: <c>server</c>, <c>amount</c>, <c>newAmount</c>, <c>dueAt</c> (RFC 3339), <c>url</c>.</summary>
    PriceChange,
}
