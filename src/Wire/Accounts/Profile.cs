namespace Webrana.Wire.Accounts;

/// <summary><c>GET /api/v1/me</c>.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Email">Confirmed address.</param>
/// <param name="Name">As the person writes it.</param>
/// <param name="Phone">Or null.</param>
/// <param name="Roles"><c>customer</c>, <c>admin</c>, <c>finance</c>, <c>support</c>.</param>
/// <param name="ReferralCode">What this customer gives to friends; null until the account has one.</param>
/// <param name="Locale"><c>id</c> or <c>en</c>.</param>
public sealed record Profile(
    string Id, string Email, string Name, string? Phone, IReadOnlyList<string> Roles, string? ReferralCode, string Locale);

/// <summary><c>PATCH /api/v1/me</c>; a null field is left as it is. Refused: 422 <c>validation_failed</c>, 429 <c>too_many_requests</c> for too many phone numbers in a day.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Phone">Empty removes it.</param>
/// <param name="Locale"><c>id</c> or <c>en</c>.</param>
public sealed record UpdateProfileRequest(string? Name = null, string? Phone = null, string? Locale = null);

/// <summary>Role names as they stand in <see cref="Profile.Roles"/>.</summary>
public static class Roles
{
    public const string Customer = "customer";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>Money, and no servers.</summary>
    public const string Finance = "finance";

    /// <summary>Reads and sends mails again, and moves no money.</summary>
    public const string Support = "support";

    /// <summary>Everybody who works at the desk.</summary>
    public const string Staff = $"{Admin},{Finance},{Support}";

    /// <summary>Who may act on money and read the books.</summary>
    public const string MoneyDesk = $"{Admin},{Finance}";

    /// <summary>Who may look at customers' servers, and send mails again.</summary>
    public const string CareDesk = $"{Admin},{Support}";
}
