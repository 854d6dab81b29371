using Npgsql;
using NpgsqlTypes;
using Webrana.Domain.Legal;

namespace Webrana.Data.Legal;

/// <summary>How a person said yes.</summary>
public enum AcceptanceWay
{
    /// <summary>By registering, on a form that says so.</summary>
    Registration,

    /// <summary>Asked for it later.</summary>
    Panel,
}

/// <summary>A published version with its text.</summary>
public sealed record PublishedText(LegalVersion Version, string TextId, string TextEn);

/// <summary>Published versions and who accepted them.</summary>
public sealed class LegalRows(DataSources sources)
{
    /// <summary>Everything that was published, oldest first.</summary>
    public async Task<IReadOnlyList<PublishedText>> PublishedAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT document, version, effective_at, text_id, text_en FROM legal_versions ORDER BY document, version");
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var published = new List<PublishedText>();
        while (await row.ReadAsync(cancellation))
        {
            published.Add(new PublishedText(
                new LegalVersion(Read(row.GetString(0)), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2)), row.GetString(3), row.GetString(4)));
        }

        return published;
    }

    /// <summary>Adds a version; false when its number is taken.</summary>
    public async Task<bool> PublishAsync(PublishedText text, Guid by, DateTimeOffset at, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            INSERT INTO legal_versions (document, version, effective_at, text_id, text_en, published_by, published_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """);
        foreach (var value in new object[]
                 {
                     Name(text.Version.Document), text.Version.Version, text.Version.EffectiveAt.UtcDateTime, text.TextId, text.TextEn, by, at.UtcDateTime,
                 })
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>Everything a person accepted, newest first.</summary>
    public async Task<IReadOnlyList<LegalAcceptance>> AcceptedAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT document, version, accepted_at FROM legal_acceptances WHERE user_id = $1 ORDER BY accepted_at DESC, document, version");
        command.Parameters.Add(new() { Value = user });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var accepted = new List<LegalAcceptance>();
        while (await row.ReadAsync(cancellation))
            accepted.Add(new LegalAcceptance(Read(row.GetString(0)), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2)));
        return accepted;
    }

    /// <summary>Notes a yes; the first one to a version stays.</summary>
    /// <param name="inside">A transaction to be part of; null for none.</param>
    public async Task AcceptAsync(
        Guid user, IEnumerable<LegalVersion> versions, AcceptanceWay way, string? address, DateTimeOffset at,
        NpgsqlTransaction? inside = null, CancellationToken cancellation = default)
    {
        var documents = versions.ToList();
        await using var own = inside is null ? await sources.Queries.OpenConnectionAsync(cancellation) : null;
        await using var command = new NpgsqlCommand("""
            INSERT INTO legal_acceptances (user_id, document, version, accepted_at, way, ip)
            SELECT $1, d.document, d.version, $4, $5, nullif($6, '') FROM unnest($2, $3) AS d (document, version) ON CONFLICT DO NOTHING
            """, inside?.Connection ?? own, inside);
        command.Parameters.Add(new() { Value = user });
        command.Parameters.Add(new() { Value = documents.Select(version => Name(version.Document)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = documents.Select(version => version.Version).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        command.Parameters.Add(new() { Value = way.ToString().ToUpperInvariant() });
        command.Parameters.Add(new() { Value = address ?? "" });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Name(LegalDocument document) => document == LegalDocument.AcceptableUse ? "ACCEPTABLE_USE" : document.ToString().ToUpperInvariant();

    private static LegalDocument Read(string name) => Enum.Parse<LegalDocument>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
