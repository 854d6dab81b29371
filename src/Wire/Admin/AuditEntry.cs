using System.Text.Json;

namespace Webrana.Wire.Admin;

/// <summary>
/// One line of <c>GET /internal/audit?subject=&amp;actor=&amp;action=&amp;limit=&amp;cursor=</c>, newest first: who changed what by which request, and why.
/// </summary>
/// <param name="Id">Opaque, growing.</param>
/// <param name="At">When.</param>
/// <param name="Actor"><c>admin:{userId}</c> or <c>system</c>.</param>
/// <param name="Action">What was done: <c>wallet.adjusted</c>, <c>plan.priced</c>, …; or meant, or refused: <c>plan.change_requested</c>, <c>plan.change_refused</c>.</param>
/// <param name="Subject">What it was done to: <c>wallet:{userId}</c>, <c>plan:{id}</c>, …</param>
/// <param name="Reason">As the admin gave it; null where none is asked for.</param>
/// <param name="ActorEmail">Who that is; null for the system, and for an account that is gone.</param>
/// <param name="Before">What was, of the parts that changed; null where nothing was.</param>
/// <param name="After">What is since.</param>
/// <param name="Detail">Whatever else explains it.</param>
public sealed record AuditEntry(
    string Id, DateTimeOffset At, string Actor, string Action, string Subject, string? Reason,
    string? ActorEmail = null, JsonElement? Before = null, JsonElement? After = null, JsonElement? Detail = null);

/// <summary><c>GET /internal/audit/verification</c>: the audit log's hash chain, walked from its first line to its last.</summary>
/// <param name="Intact">Every line is as it was written, none is missing and none was added.</param>
/// <param name="Lines">How many were read.</param>
/// <param name="HeadSequence">Number of the last line.</param>
/// <param name="HeadHash">Its hash, hex. Noted elsewhere, it proves later (<c>ops verify-audit --expect</c>) that all up to it is unchanged.</param>
/// <param name="Faults">Where it is not, at most 20.</param>
public sealed record AuditVerification(bool Intact, long Lines, long HeadSequence, string HeadHash, IReadOnlyList<AuditFault> Faults);

/// <summary>A place where the chain is not what was written.</summary>
/// <param name="Sequence">Number of the line.</param>
/// <param name="What"><c>altered</c>, <c>missing</c>, <c>foreign</c> or <c>head</c>.</param>
public sealed record AuditFault(long Sequence, string What);
