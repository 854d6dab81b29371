using Orleans.Concurrency;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Accounts;

/// <summary>
/// What the grains need to know of a person, and what the person is told. Sign-in data stays in the identity tables; this grain
/// holds the contact copy that notices are sent to. Key <c>account:{userId}</c>.
/// </summary>
[Alias("account")]
public interface IAccountGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>Stores or replaces the contact copy; <see cref="AccountError.NotFound"/> once it was forgotten for good.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("put-contact")]
    Task<Result<Done, AccountError>> PutContact(AccountContact contact);

    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get-contact")]
    Task<Result<AccountContact, AccountError>> GetContact();

    /// <summary>Everything a delivery needs: the contact, and where the person can be reached beside it.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get-reach")]
    Task<Result<AccountReach, AccountError>> GetReach();

    /// <summary>
    /// Takes a notice, stored before this returns; told behind it by mail and whatever else the customer chose, retried until it is taken.
    /// The same notice id is taken once.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("notify")]
    Task<Result<Done, AccountError>> Notify(Notice notice);

    /// <summary>Whether a notice that <see cref="Notify"/> took reached the person: nothing irreversible happens before it did.</summary>
    /// <param name="noticeId">The caller's id.</param>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("delivery-of")]
    Task<NoticeDelivery> DeliveryOf(string noticeId);

    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get-preferences")]
    Task<Result<NoticePreferences, AccountError>> GetPreferences();

    /// <summary>Changes where kinds go; refused as a whole when one of them may not be switched off.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("change-preferences")]
    Task<Result<NoticePreferences, AccountError>> ChangePreferences(ChangeNoticePreferences change);

    /// <summary>Ties a chat to the account, in place of any before.</summary>
    /// <param name="chatId">Telegram's own id.</param>
    /// <param name="name">What the person is called there, for the preferences page.</param>
    [ResponseTimeout(AnswerWithin.Short), Alias("link-telegram")]
    Task<Result<Done, AccountError>> LinkTelegram(long chatId, string name);

    /// <summary>Lets go of the chat.</summary>
    /// <param name="chatId">Only if it is this one; null for any.</param>
    [ResponseTimeout(AnswerWithin.Short), Alias("unlink-telegram")]
    Task<Result<Done, AccountError>> UnlinkTelegram(long? chatId);

    /// <summary>Forgets contact, chat and choices: the account is closed, and nobody can be told of anything any more. Safe to repeat.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("forget")]
    Task<Result<Done, AccountError>> Forget();
}

/// <param name="Locale"><c>id</c> or <c>en</c>.</param>
/// <param name="EmailConfirmed">True once the address is proven: the welcome bonus follows from it, behind the call.</param>
/// <param name="ReferredBy">Who invited the person; null for nobody.</param>
[GenerateSerializer, Immutable, Alias("account-contact")]
public sealed record AccountContact(
    [property: Id(0)] UserId User,
    [property: Id(1)] string Email,
    [property: Id(2)] string Name,
    [property: Id(3)] string? Phone,
    [property: Id(4)] string Locale,
    [property: Id(5)] bool EmailConfirmed = false,
    [property: Id(6)] UserId? ReferredBy = null);

/// <param name="Contact">Name, address and language.</param>
/// <param name="TelegramChat">The linked chat; null for none.</param>
[GenerateSerializer, Immutable, Alias("account-reach")]
public sealed record AccountReach([property: Id(0)] AccountContact Contact, [property: Id(1)] long? TelegramChat);

/// <summary>Why an account call was refused.</summary>
[GenerateSerializer, Alias("account-error")]
public enum AccountError
{
    NotFound,

    /// <summary>Too many notices wait already; this one was not taken.</summary>
    OutboxFull,
    TemporarilyUnavailable,

    /// <summary>This kind of notice cannot be switched off.</summary>
    NoticeMandatory,

    /// <summary>A threshold below zero.</summary>
    InvalidAmount,
}
