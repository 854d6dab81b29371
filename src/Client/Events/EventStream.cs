using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Webrana.Wire;
using Webrana.Wire.Events;

namespace Webrana.Client.Events;

/// <summary>One event: a hint to read something again.</summary>
/// <param name="Sequence">Grows by one; a jump means some were missed. Null when the API sent none.</param>
/// <param name="Type">One of <see cref="EventTypes"/>; unknown ones are to be ignored.</param>
/// <param name="Notice">What changed.</param>
public sealed record ServerEvent(long? Sequence, string Type, EventNotice Notice);

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
        long? sequence = long.TryParse(item.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        try
        {
            var notice = JsonSerializer.Deserialize<EventNotice>(item.Data, WireJson.Options);
            return notice is null ? null : new ServerEvent(sequence, item.EventType, notice);
        }
        catch (JsonException)
        {
            // A kind of event this version does not know must not cost the stream; its sequence is still counted by the next one's gap.
            return null;
        }
    }
}
