using System.Text.Json;
using Webrana.Api.Accounts;
using Webrana.Contracts.Wallets;
using Webrana.Data.Audit;

namespace Webrana.Api.Admin;

/// <summary>
/// Who did what by which request, in the chain that all processes share. What moves money is noted before it is done: if the process dies
/// in between, an intent without an outcome stays, never a deed without a name.
/// </summary>
public sealed class AuditLog(AuditChain chain)
{
    /// <summary>Adds one line in the name of the request's user.</summary>
    /// <param name="http">The request.</param>
    /// <param name="action">What is done: <c>area.verb</c>, in the past tense.</param>
    /// <param name="subject">The key of what it is done to.</param>
    /// <param name="detail">Whatever else explains it.</param>
    /// <param name="reason">As the person gave it.</param>
    /// <param name="before">What was: only the parts that change.</param>
    /// <param name="after">What is since; in the line of an intent what is meant, and the outcome's line says what came of it.</param>
    public Task<long> NoteAsync(
        HttpContext http, string action, string subject, object? detail = null, string? reason = null, object? before = null, object? after = null)
    {
        var admin = http.User.GetUserId();
        // Not the request's token: an admin who hangs up is still on record.
        return chain.AppendAsync(new AuditLine(
            admin.Value, $"admin:{admin}", action, subject, Json(before), Json(after), reason, Json(detail), RequestOrigin.Of(http).Address));
    }

    /// <summary>
    /// Adds the line of an intent to move money. Repeated after a crash it says what was decided the first time: what is found by then may be the deed itself,
    /// and a second one on top of it was never meant.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="action">What is meant: <c>area.verb_requested</c>.</param>
    /// <param name="subject">The key of what it is done to.</param>
    /// <param name="operation">The ledger's operation id, which the detail names as <c>operation</c>.</param>
    /// <param name="detail">Whatever else explains it.</param>
    /// <param name="reason">As the person gave it.</param>
    /// <param name="foundIdr">The balance that was found; read before this is called.</param>
    /// <param name="changeIdr">What is to be added to it.</param>
    public async Task NoteIntentAsync(HttpContext http, string action, string subject, string operation, object detail, string reason, long foundIdr, decimal changeIdr)
    {
        var first = await chain.FirstAsync(action, subject, operation);
        var admin = http.User.GetUserId();
        await chain.AppendAsync(new AuditLine(
            admin.Value, $"admin:{admin}", action, subject, first is null ? Json(new { balance = foundIdr }) : first.BeforeJson,
            first is null ? Json(new { balance = foundIdr + changeIdr }) : first.AfterJson, reason, Json(detail), RequestOrigin.Of(http).Address));
    }

    /// <summary>A balance before and after the ledger's answer: the ledger's own word, because others may have moved money since the look.</summary>
    internal static (object? Before, object? After) Balances(PostingReceipt? receipt)
    {
        if (receipt is null)
            return (null, null);
        return (new { balance = receipt.BalanceAfterIdr - receipt.AmountIdr }, new { balance = receipt.BalanceAfterIdr });
    }

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, Wire.WireJson.Options);
}
