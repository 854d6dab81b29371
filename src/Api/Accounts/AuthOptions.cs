namespace Webrana.Api.Accounts;

/// <summary>How signing in is limited and how long it lasts. Configuration section <c>Auth</c>. All of it runs on real time, never on the business clock.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Life of an access token. Short, because it cannot be revoked. Default 10 minutes.</summary>
    public TimeSpan AccessTokenLife { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Genuine access tokens remembered per process, so that they are decrypted once and not at every request; 0 remembers next to none. About 1 KiB each. Default 32,768.</summary>
    public int RememberedTokens { get; set; } = 32_768;

    /// <summary>How long a remembered token is believed before it is decrypted again, never beyond its own life. Default 1 minute.</summary>
    public TimeSpan TokenRecheck { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Life of a refresh token. Each rotation starts a new life. Default 30 days.</summary>
    public TimeSpan RefreshTokenLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Life of a Web session after its last exchange. Default 14 days.</summary>
    public TimeSpan WebSessionLife { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Failed sign-ins of one e-mail from one network address before it must wait. Default 5.</summary>
    public int FailuresPerEmailAndAddress { get; set; } = 5;

    /// <summary>Failed sign-ins of one e-mail from anywhere before the account locks. Default 10.</summary>
    public int FailuresPerEmail { get; set; } = 10;

    /// <summary>How long both last. Default 15 minutes.</summary>
    public TimeSpan LockoutTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Mails that one e-mail address may be sent on request within <see cref="LockoutTime"/>. Default 5.</summary>
    public int MailsPerEmail { get; set; } = 5;

    /// <summary>Registrations from one network address per minute. Generous: all browser customers come through the Web's address. Default 600.</summary>
    public int RegistrationsPerMinute { get; set; } = 600;

    /// <summary>Phone numbers that one account may give in a day. Default 5.</summary>
    public int PhonesPerDay { get; set; } = 5;
}
