using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Webrana.Wire;
using Webrana.Wire.Events;

namespace Webrana.Client.Events;

/// <summary>One event: a hint to read something again.</summary>
/// <param name="Position">Where it stands in the stream; null when the API sent none.</param>
/// <param name="Type">One of <see cref="EventTypes"/>; unknown ones are to be ignored.</param>
/// <param name="Notice">What changed.</param>
public sealed record ServerEvent(EventPosition? Position, string Type, EventNotice Notice);

/// <summary>A place in a user's events.</summary>
/// <param name="Epoch">Changes when counting begins anew.</param>
/// <param name="Sequence">Grows by one within an epoch.</param>
public readonly record struct EventPosition(string Epoch, long Sequence)
{
    /// <summary>Whether nothing lies between the two. If something may, read everything again.</summary>
    /// <param name="before">The position seen before this one.</param>
    public bool Follows(EventPosition before) => Epoch == before.Epoch && Sequence == before.Sequence + 1;

    /// <summary>Reads SSE's <c>id:</c>, <c>{epoch}:{sequence}</c>; null for anything else.</summary>
    /// <param name="id">As received.</param>
    public static EventPosition? Parse(string? id) =>
        id?.LastIndexOf(':') is > 0 and { } at && long.TryParse(id.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new EventPosition(id[..at], sequence)
            : null;
}

/// <summary>An open stream of events. Read it once; dispose it to hang up.</summary>
public sealed class EventStream : IAsyncDisposable
{
    readonly HttpResponseMessage _response;
    readonly TimeSpan _silence;

    internal EventStream(HttpResponseMessage response, TimeSpan silence) => (_response, _silence) = (response, silence);

    /// <summary>Events until the connection ends, however it ends: that is not an error but the moment to open it again.</summary>
    /// <param name="cancellationToken">Stops reading, with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<ServerEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var source = await _response.Content.ReadAsStreamAsync(cancellationToken);
        await using var watched = new SilenceWatch(source, _silence);
        await using var events = SseParser.Create(watched).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(events, cancellationToken))
        {
            if (Read(events.Current) is { } read) yield return read;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception ended) when (ended is HttpRequestException or IOException or TimeoutException
            || (ended is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    static ServerEvent? Read(SseItem<string> item)
    {
        try
        {
            var notice = JsonSerializer.Deserialize<EventNotice>(item.Data, WireJson.Options);
            return notice is null ? null : new ServerEvent(EventPosition.Parse(item.EventId), item.EventType, notice);
        }
        catch (JsonException)
        {
            // A kind of event this version does not know must not cost the stream; the next one's position shows the gap.
            return null;
        }
    }
}
