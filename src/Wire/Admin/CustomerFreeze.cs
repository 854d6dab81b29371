namespace Webrana.Wire.Admin;

/// <summary>
/// <c>POST /internal/users/{id}/freeze</c>, <c>/unfreeze</c> → <see cref="AdminUser"/>. A frozen customer is signed out everywhere, cannot sign
/// in and cannot order; money and servers stay as they are. Refused: 404, 409 <c>own_account</c>, 422 <c>validation_failed</c>.
/// </summary>
/// <param name="Reason">1 to 200 characters, for the audit log.</param>
public sealed record DeskActRequest(string Reason);
