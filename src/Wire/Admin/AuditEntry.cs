namespace Webrana.Wire.Admin;

/// <summary>One line of <c>GET /internal/audit?limit=&amp;cursor=</c>, newest first: who changed what by which request, and why.</summary>
/// <param name="Id">Opaque, growing.</param>
/// <param name="At">When.</param>
/// <param name="Actor"><c>admin:{userId}</c> or <c>system</c>.</param>
/// <param name="Action">What was done: <c>wallet.adjusted</c>, <c>plan.priced</c>, …</param>
/// <param name="Subject">What it was done to: <c>wallet:{userId}</c>, <c>plan:{id}</c>, …</param>
/// <param name="Reason">As the admin gave it; null where none is asked for.</param>
public sealed record AuditEntry(string Id, DateTimeOffset At, string Actor, string Action, string Subject, string? Reason);
