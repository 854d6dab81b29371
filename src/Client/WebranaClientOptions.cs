namespace Webrana.Client;

/// <summary>Settings of <see cref="WebranaClient"/>; the address and the time-out are the <see cref="HttpClient"/>'s.</summary>
public sealed record WebranaClientOptions
{
    /// <summary>The event stream is given up after this long without a byte; the API writes at least every 15 s. Default 45 s.</summary>
    public TimeSpan EventSilence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Told the API's business time with every answer that carries one, for clocks on a page. Must not block. Default: none.</summary>
    public Action<DateTimeOffset>? OnServerTime { get; init; }
}
