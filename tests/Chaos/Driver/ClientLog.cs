using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webrana.Chaos.Driver;

/// <summary>What a customer was told about an intention.</summary>
public enum Told
{
    /// <summary>Nothing definite: it may or may not have happened, at most once.</summary>
    Nothing,

    /// <summary>That it was done.</summary>
    Done,

    /// <summary>That it was refused, and nothing changed.</summary>
    Refused,
}

/// <summary>One intention of one customer. Written before the first request of it leaves.</summary>
public sealed class Intent
{
    public required string Id { get; init; }

    /// <summary><c>adjust</c>, <c>deposit</c>, <c>order</c>, <c>action</c>.</summary>
    public required string Kind { get; init; }

    public required string UserId { get; init; }

    public long AmountIdr { get; init; }

    /// <summary>What it is about: the instance of an action.</summary>
    public string? Subject { get; init; }

    public Told Told { get; set; }

    /// <summary>Id of what was made: a row, a deposit, an instance, an action.</summary>
    public string? Made { get; set; }

    public string? Code { get; set; }

    /// <summary>Requests it took.</summary>
    public int Tries { get; set; }
}

/// <summary>
/// What customers meant and what they were promised, in memory for the comparison and as lines in a file for people: the intention before
/// its first request, the acknowledgement after it.
/// </summary>
public sealed class ClientLog(string file) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly ConcurrentDictionary<string, Intent> _intents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _failedTries = new(StringComparer.Ordinal);
    private readonly StreamWriter _writer = new(new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    private readonly Lock _gate = new();
    private long _next;

    /// <summary>Everything meant so far.</summary>
    public IReadOnlyCollection<Intent> All => [.. _intents.Values];

    /// <summary>References that were paid at the gateway, with the deposit they pay.</summary>
    public ConcurrentDictionary<string, Intent> Paid { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests that were answered by a failure, by its code: what a client without patience would have seen.</summary>
    public IReadOnlyDictionary<string, long> FailedTries => _failedTries;

    public string NextId() => $"{Interlocked.Increment(ref _next)}";

    public void Means(Intent intent)
    {
        _intents[intent.Id] = intent;
        Write(new { at = TimeProvider.System.GetUtcNow(), means = intent });
    }

    public void IsTold(Intent intent) => Write(new { at = TimeProvider.System.GetUtcNow(), intent = intent.Id, intent.Told, intent.Made, intent.Code, intent.Tries });

    public void TryFailed(string code) => _failedTries.AddOrUpdate(code, 1, (_, count) => count + 1);

    public void IsPaid(Intent deposit, string reference)
    {
        Paid[reference] = deposit;
        Write(new { at = TimeProvider.System.GetUtcNow(), intent = deposit.Id, paid = reference });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void Write(object line)
    {
        var text = JsonSerializer.Serialize(line, Format);
        lock (_gate)
            _writer.WriteLine(text);
    }
}
