using System.Text.Json;
using Webrana.DigitalOcean.Json;

namespace Webrana.DigitalOcean.Transport;

/// <summary>Reads a 4xx answer. The status alone already says "refused", so an unreadable body only costs the words.</summary>
internal static class RefusalReader
{
    public static async Task<Refusal> ReadAsync(
        HttpResponseMessage response, RateLimit rateLimit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (id, message, requestId) = await WordsAsync(response, cancellationToken).ConfigureAwait(false);
        return new Refusal(
            (int)response.StatusCode, id, message, requestId ?? RequestIdOf(response), RetryAfter.Of(response, clock), rateLimit);
    }

    public static string? RequestIdOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-request-id", out var values) ? values.FirstOrDefault() : null;

    static async Task<(string Id, string Message, string? RequestId)> WordsAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(DigitalOceanHttp.LongestAnswerBytes, cancellationToken).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return (Text(root, "id") ?? "", Text(root, "message") ?? "", Text(root, "request_id"));
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException or IOException)
        {
            // A proxy's HTML page, or a body that broke off: the provider's words are lost, its answer is not.
            return ("", "", null);
        }
    }

    static string? Text(JsonElement root, string member) =>
        Envelope.Member(root, member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
