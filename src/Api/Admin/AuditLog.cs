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

    /// <summary>A balance before and after the ledger's answer: the ledger's own word, because others may have moved money since the look.</summary>
    internal static (object? Before, object? After) Balances(PostingReceipt? receipt)
    {
        if (receipt is null)
            return (null, null);
        return (new { balance = receipt.BalanceAfterIdr - receipt.AmountIdr }, new { balance = receipt.BalanceAfterIdr });
    }

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, Wire.WireJson.Options);
}
