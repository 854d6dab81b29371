using Microsoft.EntityFrameworkCore;
using Webrana.Data;

namespace Webrana.Api.Accounts;

/// <summary>What a mail was asked for. Stored: never renumber.</summary>
public enum MailRequestKind : short
{
    /// <summary>A link to a new password.</summary>
    NewPassword = 1,

    /// <summary>The link of a registration again.</summary>
    Confirmation = 2,

    /// <summary>Somebody registered with the address.</summary>
    Registration = 3,
}

/// <summary>A mail that was asked for.</summary>
/// <param name="Address">As it was typed.</param>
/// <param name="Person">The id that a registration was answered with: its account's, or nobody's. Zeros otherwise.</param>
public sealed record MailRequest(long Id, MailRequestKind Kind, string Address, Guid Person, DateTimeOffset AskedAt);

/// <summary>
/// Mails that somebody asked for, as rows: written before the answer, the same for every address, and worked off behind it (ADR 64). So neither what is
/// answered nor when tells whether the address has an account, and no mail is lost with the process or for a cluster that is away.
/// </summary>
public sealed class MailRequests(DataSources sources, TimeProvider clock)
{
    // Longer than the mails of one request take while silos go away (RepeatedCalls), which is waited for twice.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Writes a request. What cannot be an account's address asks for nothing.</summary>
    /// <param name="db">In its transaction, where there is one.</param>
    /// <param name="kind">What for.</param>
    /// <param name="address">As it was typed.</param>
    /// <param name="person">Of a registration.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task AskAsync(IdentityDb db, MailRequestKind kind, string address, Guid person, CancellationToken cancellation)
    {
        if (!AccountRules.IsEmail(address))
            return Task.CompletedTask;
        var (code, now) = ((short)kind, clock.GetUtcNow().UtcDateTime);
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO identity.mail_requests (kind, address, person, asked_at, try_at) VALUES ({code}, {address}, {person}, {now}, {now})
            """, cancellation);
    }

    /// <summary>Those that wait, oldest first; nobody else gets them meanwhile, unless whoever takes them dies.</summary>
    public async Task<IReadOnlyList<MailRequest>> TakeAsync(int limit, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        await using var take = sources.Queries.CreateCommand("""
            WITH due AS MATERIALIZED (SELECT id FROM identity.mail_requests WHERE try_at <= $1 ORDER BY try_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
            UPDATE identity.mail_requests m SET try_at = $2 FROM due WHERE m.id = due.id RETURNING m.id, m.kind, m.address, m.person, m.asked_at
            """);
        foreach (var value in new object[] { now.UtcDateTime, (now + Lease).UtcDateTime, limit })
            take.Parameters.Add(new() { Value = value });
        var taken = new List<MailRequest>();
        await using var row = await take.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            taken.Add(new MailRequest(row.GetInt64(0), (MailRequestKind)row.GetInt16(1), row.GetString(2), row.GetGuid(3), row.GetFieldValue<DateTimeOffset>(4)));
        return [.. taken.OrderBy(request => request.Id)];
    }

    /// <summary>A request is done with.</summary>
    public Task DoneAsync(long id, CancellationToken cancellation = default) => ExecuteAsync("DELETE FROM identity.mail_requests WHERE id = $1", [id], cancellation);

    /// <summary>They wait again, for whoever comes by after that time.</summary>
    public Task PutBackAsync(IReadOnlyCollection<long> ids, TimeSpan wait, CancellationToken cancellation = default) => ExecuteAsync(
        "UPDATE identity.mail_requests SET try_at = $2 WHERE id = ANY ($1)", [ids.ToArray(), (clock.GetUtcNow() + wait).UtcDateTime], cancellation);

    private async Task ExecuteAsync(string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
