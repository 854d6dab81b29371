namespace Webrana.Data.Backups;

/// <summary>What a backup holds.</summary>
/// <param name="Format">Of the file; 1.</param>
/// <param name="TakenAt">Real time.</param>
/// <param name="BusinessTime">Business time of the snapshot: what reconciling after a restore counts as now.</param>
/// <param name="Migrations">Scripts that made the schema; a restore needs exactly these.</param>
/// <param name="Tables">In an order in which no row comes before what it refers to.</param>
public sealed record BackupManifest(
    int Format, DateTimeOffset TakenAt, DateTimeOffset BusinessTime, IReadOnlyList<string> Migrations, IReadOnlyList<BackupTable> Tables)
{
    /// <summary>The format this build writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The manifest's entry in the archive; written last, so that a file without one is known to be cut off.</summary>
    public const string Entry = "manifest.json";
}

/// <summary>One table of a backup.</summary>
/// <param name="Name">With its schema, quoted.</param>
/// <param name="Columns">Those that hold data; generated ones are computed anew.</param>
/// <param name="Rows">How many.</param>
public sealed record BackupTable(string Name, IReadOnlyList<string> Columns, long Rows)
{
    /// <summary>Its entry in the archive.</summary>
    public string Entry => $"tables/{Name.Replace("\"", "", StringComparison.Ordinal)}.copy";

    internal string CopyTarget => $"{Name} ({string.Join(", ", Columns)})";
}

/// <summary>A backup that cannot be restored here, and why.</summary>
public sealed class BackupException(string message) : Exception(message);
