using System.Text.Json;

namespace Webrana.Wire.Security;

/// <summary>A passkey, of <c>GET /api/v1/me/passkeys</c>.</summary>
/// <param name="Id">Base64url of the credential's id.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="BackedUp">Whether the device says that it is kept in an account of its maker.</param>
public sealed record Passkey(string Id, string Name, DateTimeOffset CreatedAt, bool BackedUp);

/// <summary>What a browser is asked to sign. Answered by <c>POST /api/v1/me/passkeys/options</c> and <c>POST /api/v1/auth/passkey/options</c>.</summary>
/// <param name="Options">For <c>PublicKeyCredential.parse…OptionsFromJSON</c>.</param>
/// <param name="State">Opaque, sealed, five minutes, once; goes back with the browser's answer.</param>
public sealed record PasskeyChallenge(JsonElement Options, string State);

/// <summary><c>POST /api/v1/me/passkeys/options</c>. Refused: 422 <c>wrong_password</c>, 409 <c>too_many_passkeys</c>.</summary>
/// <param name="Password">The account's password.</param>
public sealed record AskPasskeyRequest(string Password);

/// <summary><c>POST /api/v1/me/passkeys</c> → 201. Refused: 422 <c>passkey_refused</c>, 422 <c>validation_failed</c>.</summary>
/// <param name="Name">1 to 64 characters.</param>
/// <param name="State">Of the challenge.</param>
/// <param name="Credential">The browser's answer, as <c>credential.toJSON()</c> gives it.</param>
public sealed record AddPasskeyRequest(string Name, string State, JsonElement Credential);

/// <summary><c>POST /api/v1/auth/passkey/sessions</c> → 201 <see cref="Accounts.SessionCreated"/>. Refused: 401 <c>invalid_passkey</c>.</summary>
/// <param name="State">Of the challenge.</param>
/// <param name="Credential">The browser's answer, as <c>credential.toJSON()</c> gives it.</param>
public sealed record PasskeySignInRequest(string State, JsonElement Credential);
