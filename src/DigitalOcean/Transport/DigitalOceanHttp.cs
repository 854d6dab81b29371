using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly.Timeout;

namespace Webrana.DigitalOcean.Transport;

/// <summary>Sends one call and says which of the four outcomes it had. The only place that knows the token.</summary>
internal sealed class DigitalOceanHttp(IHttpClientFactory http, Uri baseUrl, string token, DigitalOceanOptions options)
{
    public const string ReadClient = "digitalocean-read";
    public const string WriteClient = "digitalocean-write";

    /// <summary>A page of 200 droplets is about 1 MB; anything far beyond is not the provider speaking.</summary>
    public const int LongestAnswerBytes = 16 * 1024 * 1024;

    public Uri BaseUrl => baseUrl;

    public static void LeaveTimeoutsToUs(HttpClient client) => client.Timeout = Timeout.InfiniteTimeSpan;

    public async Task<ProviderResult<T>> ReadAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Get, path);
        return await SendAsync(ReadClient, request, null, options.ReadTimeout, read, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ProviderResult<T>> PostAsync<TBody, T>(
        string path,
        TBody body,
        JsonTypeInfo<TBody> type,
        SendDeadline sendBefore,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Post, path);
        var content = new SendOnceContent(JsonSerializer.SerializeToUtf8Bytes(body, type), sendBefore);
        request.Content = content;
        return await SendAsync(WriteClient, request, content, options.WriteTimeout, read, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ProviderResult<T>> PutAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> type, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Put, path);
        var content = new SendOnceContent(JsonSerializer.SerializeToUtf8Bytes(body, type), SendDeadline.None);
        request.Content = content;
        return await SendAsync(WriteClient, request, content, options.WriteTimeout, read, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ProviderResult<Done>> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Delete, path);
        // An empty body, but a body: SocketsHttpHandler by itself repeats a request without one up to three times when the connection
        // breaks, even on a new connection (measured: one DELETE arrived four times). It does not repeat one with a body, and should
        // any other layer, the body refuses to be asked twice.
        var content = new SendOnceContent([], SendDeadline.None);
        request.Content = content;
        return await SendAsync<Done>(WriteClient, request, content, options.WriteTimeout, null, cancellationToken).ConfigureAwait(false);
    }

    HttpRequestMessage NewRequest(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(baseUrl, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Webrana", "1.0"));
        return request;
    }

    async Task<ProviderResult<T>> SendAsync<T>(
        string clientName,
        HttpRequestMessage request,
        SendOnceContent? body,
        TimeSpan timeout,
        Func<JsonElement, T>? read,
        CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var client = http.CreateClient(clientName);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return await JudgeAsync(response, read, either.Token).ConfigureAwait(false);
        }
        catch (BodyHeldBackException held)
        {
            return body is { WasTooLate: true }
                ? new ProviderResult<T>.NotSent(NotSentReason.TooLate)
                : new ProviderResult<T>.Unknown(UnknownReason.ConnectionLost, held.Message);
        }
        catch (Exception failure) when (failure is OperationCanceledException or TimeoutRejectedException or HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (body is { HasBegun: false })
                return new ProviderResult<T>.NotSent(NotSentReason.ConnectionFailed);
            var timedOut = failure is OperationCanceledException or TimeoutRejectedException;
            return new ProviderResult<T>.Unknown(timedOut ? UnknownReason.Timeout : UnknownReason.ConnectionLost, failure.Message);
        }
    }

    async Task<ProviderResult<T>> JudgeAsync<T>(HttpResponseMessage response, Func<JsonElement, T>? read, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 400 and < 500 and not 408)
        {
            var refusal = RefusalReader.ReadAsync(response, RateLimitOf(response), options.Clock, cancellationToken);
            return new ProviderResult<T>.Refused(await refusal.ConfigureAwait(false));
        }
        if (status is < 200 or >= 300)
        {
            var detail = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}, request {RefusalReader.RequestIdOf(response) ?? "unnamed"}");
            return new ProviderResult<T>.Unknown(UnknownReason.ServerError, detail);
        }
        if (read is null)
            return new ProviderResult<T>.Ok(default!, RateLimitOf(response));

        await response.Content.LoadIntoBufferAsync(LongestAnswerBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(bytes);
            return new ProviderResult<T>.Ok(read(document.RootElement), RateLimitOf(response));
        }
        catch (JsonException unreadable)
        {
            return new ProviderResult<T>.Unknown(UnknownReason.UnreadableBody, unreadable.Message);
        }
    }

    static RateLimit RateLimitOf(HttpResponseMessage response)
    {
        var reset = Number(response, "ratelimit-reset");
        return new RateLimit(
            Count(response, "ratelimit-limit"),
            Count(response, "ratelimit-remaining"),
            reset is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
    }

    static int? Count(HttpResponseMessage response, string header) =>
        Number(response, header) is { } number and <= int.MaxValue ? (int)number : null;

    // Bounded to 32 bits so that a nonsense header cannot overflow the date.
    static long? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values)
        && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= uint.MaxValue
            ? number
            : null;
}
