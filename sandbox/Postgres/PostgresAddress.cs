using Npgsql;

namespace Webrana.Sandbox.Postgres;

/// <summary>Translates between Npgsql's connection strings and the URIs that every other tool understands.</summary>
public static class PostgresAddress
{
    /// <summary>Npgsql's form of either form.</summary>
    public static string ToConnectionString(string address)
    {
        if (!address.StartsWith("postgresql://", StringComparison.Ordinal) && !address.StartsWith("postgres://", StringComparison.Ordinal))
            return address;
        var uri = new Uri(address);
        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort || uri.Port < 0 ? 5432 : uri.Port,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) is { Length: > 0 } database ? database : null,
        }.ConnectionString;
    }

    /// <summary>The URI of a connection string: `postgresql://user:password@host:port/database`.</summary>
    public static string ToUri(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{Uri.EscapeDataString(parts.Username ?? "")}:{Uri.EscapeDataString(parts.Password ?? "")}@{parts.Host}:{parts.Port}/{Uri.EscapeDataString(parts.Database ?? "")}";
    }
}
