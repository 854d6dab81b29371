using System.Text.Json;
using Webrana.Api.Accounts;
using Webrana.Api.Idempotency;
using Webrana.Contracts.Wallets;
using Webrana.Data.Audit;

namespace Webrana.Api.Admin;

/// <summary>
/// Who did what by which request, in the chain that all processes share. Everything is noted before it is done: if the process dies in between,
/// an intent without an outcome stays, never a deed without a name (ADR 63).
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

    /// <summary>
    /// Adds the line of an intent to change the shop or who works for it: <c>area.change_requested</c>, with what was found and what is asked for. The
    /// change follows, then one of the intent's own lines (ADR 63). Repeated after a crash it says what was found the first time, as money's does.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="action">What the change is called once it is made: <c>area.verb</c>, in the past tense.</param>
    /// <param name="subject">The key of what is changed.</param>
    /// <param name="asked">What the request asks for. Never a secret.</param>
    /// <param name="reason">As the person gave it.</param>
    /// <param name="before">What is there now; null where nothing is.</param>
    /// <param name="meant">What should be, where that is known before the change is made.</param>
    public async Task<AuditIntent> IntendAsync(
        HttpContext http, string action, string subject, object? asked, string? reason, object? before, object? meant = null)
    {
        var operation = Operation.Of(http).ToString();
        var requested = $"{Area(action)}.change_requested";
        var first = await chain.FirstAsync(requested, subject, operation);
        var admin = http.User.GetUserId();
        var line = new AuditLine(
            admin.Value, $"admin:{admin}", requested, subject, first is null ? Json(before) : first.BeforeJson, first is null ? Json(meant) : first.AfterJson,
            reason, Json(new { operation, act = action, asked }), RequestOrigin.Of(http).Address);
        await chain.AppendAsync(line);
        return new AuditIntent(chain, line, action, operation);
    }

    /// <summary>A balance before and after the ledger's answer: the ledger's own word, because others may have moved money since the look.</summary>
    internal static (object? Before, object? After) Balances(PostingReceipt? receipt)
    {
        if (receipt is null)
            return (null, null);
        return (new { balance = receipt.BalanceAfterIdr - receipt.AmountIdr }, new { balance = receipt.BalanceAfterIdr });
    }

    /// <summary>What an action is about: the word before its dot.</summary>
    internal static string Area(string action) => action[..action.IndexOf('.', StringComparison.Ordinal)];

    internal static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, Wire.WireJson.Options);
}
