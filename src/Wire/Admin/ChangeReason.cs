namespace Webrana.Wire.Admin;

/// <summary>
/// Why something of the shop's own is changed: the body of <c>DELETE /internal/plans/{id}</c>, <c>DELETE /internal/promos/{id}</c> and
/// <c>POST /internal/digitalocean/accounts/{id}/enable · drain · disable</c>, which may be left out (ADR 49).
/// </summary>
/// <param name="Reason">1 to 200 characters, for the audit log; left out by scripts that have none.</param>
public sealed record ChangeReason(string? Reason = null);
