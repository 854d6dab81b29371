namespace Webrana.Sandbox.Postgres;

/// <summary>How a server of ours is set up.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>Its folder: data, port, password and log live here and a later start continues on them.</summary>
    public required string Folder { get; init; }

    /// <summary>The programs to run.</summary>
    public required PostgresBinaries Binaries { get; init; }

    /// <summary>The loopback port; null = the one it had before if that is free, else any free one.</summary>
    public int? Port { get; init; }

    /// <summary>What it prints goes there; null = `log` in its folder.</summary>
    public string? LogFile { get; init; }

    /// <summary>Connections it accepts; the pools of all processes must fit (doctor adds them up).</summary>
    public int MaxConnections { get; init; } = 300;

    /// <summary>Whether an acknowledged commit survives a power cut. Only throw-away test data may do without.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Whether it ends when this process dies, however it dies.</summary>
    public bool DiesWithParent { get; init; }
}
