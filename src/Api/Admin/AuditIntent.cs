using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Data.Audit;

namespace Webrana.Api.Admin;

/// <summary>A change of the shop, or of who works for it, whose first line is written: what came of it is still to be said (ADR 63).</summary>
/// <param name="chain">Where the lines go.</param>
/// <param name="intent">The line that is there.</param>
/// <param name="action">What the change is called once it is made: <c>area.verb</c>, in the past tense.</param>
/// <param name="operation">Of the request: a repetition has the same.</param>
public sealed class AuditIntent(AuditChain chain, AuditLine intent, string action, string operation)
{
    /// <summary>Adds the line of a change that was made.</summary>
    /// <param name="after">What is since.</param>
    /// <param name="before">What it was made on, where somebody else's change came in between; otherwise what the intent found.</param>
    public Task DoneAsync(object? after, object? before = null) => chain.AppendAsync(intent with
    {
        Action = action, BeforeJson = before is null ? intent.BeforeJson : AuditLog.Json(before), AfterJson = AuditLog.Json(after),
    });

    /// <summary>Adds the line that says that nothing came of it.</summary>
    /// <param name="refusal">Why.</param>
    public Task RefusedAsync(Refusal refusal) => chain.AppendAsync(intent with
    {
        Action = $"{AuditLog.Area(action)}.change_refused", BeforeJson = null, AfterJson = null,
        DetailJson = AuditLog.Json(new { operation, act = action, error = refusal.Kind.Code }),
    });

    /// <summary>Adds one or the other, as a grain's outcome says.</summary>
    public Task EndAsync<T, TError>(Result<T, TError> outcome, Func<T, object?> after)
        where T : notnull
        where TError : struct, Enum => outcome.TryGet(out var value) ? DoneAsync(after(value)) : RefusedAsync(Refusal.From(outcome));
}
