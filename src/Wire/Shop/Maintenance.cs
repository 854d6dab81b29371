namespace Webrana.Wire.Shop;

/// <summary>What customers are told while nothing is stopped: <c>GET /api/v1/notices/maintenance</c>, no token needed; only while it is shown.</summary>
/// <param name="MessageId">In Indonesian.</param>
/// <param name="MessageEn">In English.</param>
/// <param name="From">Shown since.</param>
/// <param name="Until">Shown until.</param>
public sealed record MaintenanceNotice(string MessageId, string MessageEn, DateTimeOffset From, DateTimeOffset Until);

/// <summary>The maintenance banner as the desk sees it: <c>GET /internal/maintenance</c>. Every field is null when there is none.</summary>
/// <param name="MessageId">What customers read, Indonesian.</param>
/// <param name="MessageEn">The same in English.</param>
/// <param name="From">From when it is shown.</param>
/// <param name="Until">Until when.</param>
/// <param name="Reason">As the admin gave it.</param>
/// <param name="By">Who set it; also null when the account is gone.</param>
/// <param name="SetAt">When.</param>
public sealed record MaintenanceState(
    string? MessageId, string? MessageEn, DateTimeOffset? From, DateTimeOffset? Until, string? Reason, string? By, DateTimeOffset? SetAt);

/// <summary>
/// <c>PUT /internal/maintenance</c> → <see cref="MaintenanceState"/>: shows a banner and stops nothing. <c>POST /internal/maintenance/end</c> with a
/// reason takes it down before its time; 404 when there is none.
/// </summary>
/// <param name="MessageId">What customers read, Indonesian, 1 to 200 characters.</param>
/// <param name="MessageEn">The same in English.</param>
/// <param name="From">From when it is shown; may lie in the past, at most a year ahead.</param>
/// <param name="Until">Until when: not over yet, at most 31 days after its beginning.</param>
/// <param name="Reason">1 to 200 characters, for the audit log.</param>
public sealed record SetMaintenanceRequest(string MessageId, string MessageEn, DateTimeOffset From, DateTimeOffset Until, string Reason);
