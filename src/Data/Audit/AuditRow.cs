namespace Webrana.Data.Audit;

/// <summary>One line of the audit log, as it is written.</summary>
/// <param name="ActorId">The person; null for the system itself.</param>
/// <param name="Actor"><c>admin:{id}</c>, <c>system</c>.</param>
/// <param name="Action">What was done: <c>wallet.adjusted</c>.</param>
/// <param name="Subject">The grain key, or its like, of what it was done to.</param>
/// <param name="BeforeJson">What was, as JSON; null where nothing was.</param>
/// <param name="AfterJson">What is now, as JSON.</param>
/// <param name="DetailJson">Anything else worth keeping, as JSON.</param>
public sealed record AuditLine(
    Guid? ActorId, string Actor, string Action, string Subject, string? BeforeJson = null, string? AfterJson = null, string? Reason = null,
    string? DetailJson = null, string? Address = null);

/// <summary>One line as it stands in the chain.</summary>
/// <param name="Sequence">Its place in the chain, from 1.</param>
public sealed record AuditRow(long Id, long Sequence, DateTimeOffset OccurredAt, AuditLine Line);

/// <summary>Which lines to read; null leaves a condition out.</summary>
/// <param name="Action">Its whole name, or with a dot at the end the beginning of one (<c>wallet.</c>).</param>
public sealed record AuditFilter(string? Subject = null, Guid? Actor = null, string? Action = null);

/// <summary>A place where the chain is not what was written.</summary>
/// <param name="Sequence">The first line that does not follow from the one before it.</param>
/// <param name="What"><c>altered</c>, <c>missing</c>, <c>foreign</c> or <c>head</c>.</param>
public sealed record AuditBreak(long Sequence, string What);

/// <summary>What a walk over the whole chain found.</summary>
/// <param name="Lines">Lines read.</param>
/// <param name="HeadHash">Hash of the last line, hex: note it elsewhere, and a later check against it proves all that came before.</param>
public sealed record AuditVerdict(long Lines, long HeadSequence, string HeadHash, IReadOnlyList<AuditBreak> Breaks)
{
    /// <summary>Every line is as it was written, none is missing and none was added.</summary>
    public bool IsIntact => Breaks.Count == 0;
}
