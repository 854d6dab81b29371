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
    /// <summary>Stores or replaces the contact copy.</summary>
    [Alias("put-contact")]
    Task<Result<Done, AccountError>> PutContact(AccountContact contact);

    [ReadOnly, Alias("get-contact")]
    Task<Result<AccountContact, AccountError>> GetContact();

    /// <summary>
    /// Takes a notice, stored before this returns; told behind it by mail and whatever else the customer chose, retried until it is taken.
    /// The same notice id is taken once.
    /// </summary>
    [Alias("notify")]
    Task<Result<Done, AccountError>> Notify(Notice notice);
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

/// <summary>Why an account call was refused.</summary>
[GenerateSerializer, Alias("account-error")]
public enum AccountError
{
    NotFound,

    /// <summary>Too many notices wait already; this one was not taken.</summary>
    OutboxFull,
    TemporarilyUnavailable,
}
