namespace Webrana.Api.Security;

/// <summary>
/// What counts as one address where tries and mails are counted: what Identity finds one account by, compatibility forms of letters (a KELVIN SIGN for
/// a K) included. Counted otherwise, each way of writing it would have a count of its own.
/// </summary>
internal static class EmailKey
{
    public static string Of(string email) => email.Trim().Normalize().ToUpperInvariant();
}
