using System.Runtime.CompilerServices;
using Npgsql;

namespace Webrana.Data.Accounts;

/// <summary>One kind of record that is kept of a person: its name, and the statement that reads a person's own ($1) and nothing secret.</summary>
public sealed record PersonalSection(string Name, string Sql);

/// <summary>
/// Everything that is kept of one person, section by section. Columns are named one by one: what is not named here never leaves, so that no
/// hash, key or secret can slip into a copy. Payloads of grain states are read to show, by their owner's index.
/// </summary>
public sealed class PersonalData(DataSources sources)
{
    /// <summary>All sections, in the order of the copy.</summary>
    public static IReadOnlyList<PersonalSection> Sections { get; } =
    [
        new("profile", """
            SELECT u.id, u.email, u.email_confirmed AS "emailConfirmed", u.name, u.phone, u.locale, u.two_factor_enabled AS "twoFactorEnabled",
                   u.referral_code AS "referralCode", u.referred_by AS "referredBy", u.created_at AS "createdAt", u.password_changed_at AS "passwordChangedAt",
                   (SELECT string_agg(r.name, ' ' ORDER BY r.name) FROM identity.user_roles l JOIN identity.roles r ON r.id = l.role_id WHERE l.user_id = u.id) AS roles
            FROM identity.users u WHERE u.id = $1
            """),
        new("consents", """
            SELECT document, version, accepted_at AS "acceptedAt", way, ip FROM legal_acceptances WHERE user_id = $1 ORDER BY accepted_at, document
            """),
        new("sign-ins", """
            SELECT family AS login, kind, min(created_at) AS "signedInAt", max(coalesce(last_used_at, created_at)) AS "lastSeenAt", max(revoked_at) AS "endedAt",
                   max(ip) AS ip, max(user_agent) AS "userAgent"
            FROM identity.sessions WHERE user_id = $1 GROUP BY family, kind ORDER BY 3
            """),
        new("passkeys", """
            SELECT data ->> 'Name' AS name, data ->> 'CreatedAt' AS "createdAt" FROM identity.user_passkeys WHERE user_id = $1 ORDER BY 2
            """),
        new("api-tokens", """
            SELECT name, start AS "beginsWith", array_to_string(scopes, ' ') AS scopes, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
                   last_used_ip AS "lastUsedFrom", revoked_at AS "revokedAt"
            FROM identity.api_tokens WHERE user_id = $1 ORDER BY created_at
            """),
        new("wallet", """
            SELECT balance, held, debt, lots::text AS bonus, created_at AS "createdAt", updated_at AS "updatedAt" FROM wallets WHERE wallet_id = $1
            """),
        new("wallet-transactions", """
            SELECT seq AS number, occurred_at AS "at", amount, held_change AS "heldChange", balance_after AS "balanceAfter", reference_type AS "referenceType",
                   reference_id AS "referenceId", description
            FROM wallet_transactions WHERE wallet_id = $1 ORDER BY seq
            """),
        new("deposits", """
            SELECT split_part(d.key, ':', 2) AS id, d.status, (d.payload ->> 'amount')::bigint AS amount, d.payload ->> 'methodName' AS channel, d.payload ->> 'merchantRef' AS "merchantRef",
                   d.payload ->> 'promoCode' AS "promoCode", d.payload #>> '{payments,0,payCode}' AS "payCode", d.payload #>> '{payments,0,reference}' AS "paymentRef",
                   (d.payload ->> 'credited')::bigint AS credited, to_timestamp((d.payload ->> 'createdAt')::bigint / 1000.0) AS "createdAt"
            FROM grain_state d WHERE d.state = 'deposit' AND d.owner = $1::text AND d.payload IS NOT NULL ORDER BY d.sort_at, d.key
            """),
        new("servers", """
            SELECT split_part(d.key, ':', 2) AS id, d.payload ->> 'name' AS name, d.status, d.payload #>> '{order,planId}' AS plan, d.payload #>> '{order,region}' AS region,
                   d.payload #>> '{order,image}' AS image, d.payload #>> '{order,period}' AS period, (d.payload #>> '{order,priceIdr}')::bigint AS price,
                   d.payload #>> '{droplet,ipv4}' AS ipv4, d.payload #>> '{droplet,ipv6}' AS ipv6, to_timestamp((d.payload #>> '{order,createdAt}')::bigint / 1000.0) AS "orderedAt"
            FROM grain_state d WHERE d.state = 'droplet' AND d.owner = $1::text AND d.payload IS NOT NULL ORDER BY d.sort_at, d.key
            """),
        new("server-activity", """
            SELECT a.instance AS server, a.kind, a.status, a.started_at AS "startedAt", a.completed_at AS "completedAt", a.actor, a.message
            FROM grain_state d JOIN instance_activity a ON a.instance = split_part(d.key, ':', 2)::uuid
            WHERE d.state = 'droplet' AND d.owner = $1::text ORDER BY a.started_at, a.action_id
            """),
        new("ssh-keys", """
            SELECT k ->> 'name' AS name, k ->> 'type' AS type, k ->> 'fingerprint' AS fingerprint
            FROM grain_state d CROSS JOIN LATERAL jsonb_array_elements(d.payload -> 'keys') k WHERE d.state = 'ssh-keys' AND d.key = 'ssh-keys:' || $1::text
            """),
        new("notices", """
            SELECT kind, facts::text AS facts, created_at AS "createdAt", read_at AS "readAt" FROM notices WHERE user_id = $1 AND in_panel ORDER BY created_at, id
            """),
        new("notice-choices", """
            SELECT c.key AS notice, (c.value::int & 1) > 0 AS mail, (c.value::int & 2) > 0 AS panel, (c.value::int & 4) > 0 AS telegram
            FROM grain_state a CROSS JOIN LATERAL jsonb_each_text(a.payload -> 'choices') c WHERE a.state = 'account' AND a.key = 'account:' || $1::text ORDER BY 1
            """),
        new("notice-settings", """
            SELECT (payload ->> 'balanceAlert')::bigint AS "balanceAlert", payload #>> '{telegram,name}' AS telegram FROM grain_state
            WHERE state = 'account' AND key = 'account:' || $1::text AND payload IS NOT NULL
            """),
        new("webhooks", """
            SELECT url, array_to_string(events, ' ') AS events, active, created_at AS "createdAt" FROM webhooks WHERE user_id = $1 ORDER BY created_at
            """),
        new("papers", """
            SELECT year, number, kind, amount, description, buyer::text AS buyer, issued_at AS "issuedAt" FROM papers WHERE wallet_id = $1 ORDER BY year, number
            """),
        new("money-requests", """
            SELECT kind, amount, reference, reason, status, requested_at AS "requestedAt", decided_at AS "decidedAt", outcome
            FROM money_requests WHERE user_id = $1 ORDER BY requested_at, id
            """),
        new("payment-cases", """
            SELECT kind, reference, merchant_ref AS "merchantRef", expected, amount, opened_at AS "openedAt", status, resolution, credited, bank_ref AS "bankReference", reason,
                   resolved_at AS "resolvedAt"
            FROM payment_cases WHERE coalesce(credit_user, user_id) = $1 ORDER BY opened_at, id
            """),
        new("promo-usages", """
            SELECT promo_id AS promo, subject_id AS subject, amount, stage, reserved_at AS "reservedAt", committed_at AS "givenAt", taken_back_at AS "takenBackAt", kept FROM promo_usages WHERE user_id = $1 ORDER BY reserved_at
            """),
    ];

    /// <summary>A section's column names, then its rows.</summary>
    public async IAsyncEnumerable<object?[]> ReadAsync(Guid user, PersonalSection section, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(section.Sql);
        command.Parameters.Add(new NpgsqlParameter { Value = user });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        yield return [.. Enumerable.Range(0, row.FieldCount).Select(row.GetName)];
        while (await row.ReadAsync(cancellation))
        {
            var values = new object?[row.FieldCount];
            for (var at = 0; at < values.Length; at++)
                values[at] = row.IsDBNull(at) ? null : row.GetValue(at);
            yield return values;
        }
    }
}
