using System.Text.Json.Serialization;

namespace Webrana.Wire.Security;

/// <summary><c>GET /api/v1/me/security</c>: how the account is protected.</summary>
/// <param name="TwoFactor">Whether signing in asks for a code beside the password.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes have not been used; 0 without two-factor.</param>
/// <param name="Passkeys">How many passkeys open the account.</param>
/// <param name="PasswordChangedAt">Null: never since registration.</param>
/// <param name="EmailChange">A change of address that waits for an answer, or null.</param>
public sealed record SecurityOverview(bool TwoFactor, int RecoveryCodesLeft, int Passkeys, DateTimeOffset? PasswordChangedAt, EmailChange? EmailChange);

/// <summary>A change of address that waits.</summary>
/// <param name="NewEmail">Where to.</param>
/// <param name="OldAgreed">Whether the link sent to the present address was followed.</param>
/// <param name="NewAgreed">Whether the link sent to the new address was followed.</param>
/// <param name="ExpiresAt">When it is dropped.</param>
public sealed record EmailChange(string NewEmail, bool OldAgreed, bool NewAgreed, DateTimeOffset ExpiresAt);

/// <summary><c>POST /api/v1/me/password</c> → 204; ends every other login. Refused: 422 <c>wrong_password</c>, 422 <c>weak_password</c>, 429 <c>locked_out</c>.</summary>
/// <param name="CurrentPassword">To be sure that it is the owner who asks.</param>
/// <param name="NewPassword">At least 10 characters.</param>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword);

/// <summary>
/// <c>POST /api/v1/me/email</c> → 202: one link goes to the present address and one to the new; the change happens when both were followed. A second
/// request replaces the first. Refused: 422 <c>wrong_password</c>, 422 <c>validation_failed</c>. A new address that has an account is not told apart here.
/// </summary>
/// <param name="NewEmail">Where to.</param>
/// <param name="Password">The account's password.</param>
public sealed record ChangeEmailRequest(string NewEmail, string Password);

/// <summary><c>POST /api/v1/auth/confirm-email-change</c>, from either mail. Refused: 422 <c>invalid_token</c>.</summary>
/// <param name="Token">From the mail's link.</param>
public sealed record ConfirmEmailChangeRequest(string Token);

/// <summary>Answer to <see cref="ConfirmEmailChangeRequest"/>.</summary>
/// <param name="Done">True once the address is changed; false while the other address has not answered.</param>
public sealed record EmailChangeAnswer(bool Done);

/// <summary>One login, of <c>GET /api/v1/me/sessions</c>.</summary>
/// <param name="Id">To end it.</param>
/// <param name="Kind">Browser or API.</param>
/// <param name="UserAgent">As the browser called itself; null when it did not.</param>
/// <param name="Address">Network address at sign-in; null when it is not known.</param>
/// <param name="SignedInAt">When it began.</param>
/// <param name="LastSeenAt">When it was used last.</param>
/// <param name="Current">Whether it is the login of this very request.</param>
public sealed record SignedInDevice(
    string Id, DeviceKind Kind, string? UserAgent, string? Address, DateTimeOffset SignedInAt, DateTimeOffset LastSeenAt, bool Current);

/// <summary>How somebody is signed in.</summary>
[JsonConverter(typeof(WireEnumConverter<DeviceKind>))]
public enum DeviceKind
{
    /// <summary>The panel in a browser.</summary>
    [JsonStringEnumMemberName("WEB")] Web,

    /// <summary>Refresh tokens of <c>POST /api/v1/auth/login</c>.</summary>
    [JsonStringEnumMemberName("API")] Api,
}
