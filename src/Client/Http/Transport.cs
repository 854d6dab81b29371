using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Wire;

namespace Webrana.Client.Http;

/// <summary>Sends one request and turns whatever comes back into an <see cref="ApiResult{T}"/>. Never retries a write by itself.</summary>
sealed class Transport(HttpClient http, WebranaClientOptions options)
{
    public WebranaClientOptions Options => options;

    public async Task<ApiResult<T>> SendAsync<T>(ApiRequest request, IAccessTokenSource? tokens, CancellationToken cancellationToken)
    {
        var sent = await OpenAsync(request, tokens, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (!sent.IsOk) return sent.Failure;
        using var response = sent.Value;
        if (typeof(T) == typeof(Nothing)) return (T)(object)default(Nothing);
        try
        {
            var value = await response.Content.ReadFromJsonAsync<T>(WireJson.Options, cancellationToken);
            return value is null ? Unreadable(response) : value;
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException)
        {
            return Unreadable(response);
        }
        catch (Exception lost) when (IsNetwork(lost, cancellationToken))
        {
            return Unreachable;
        }
    }

    /// <summary>The successful response itself; the caller disposes it.</summary>
    public async Task<ApiResult<HttpResponseMessage>> OpenAsync(
        ApiRequest request, IAccessTokenSource? tokens, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        // A 401 means the call was not executed, so one repeat with a fresh token is safe even for a write.
        for (var attempt = 0; ; attempt++)
        {
            string? token = null;
            if (tokens is not null)
            {
                var got = await tokens.GetAsync(cancellationToken);
                if (!got.IsOk) return got.Failure;
                token = got.Value;
            }

            HttpResponseMessage response;
            try
            {
                using var message = Message(request, token);
                response = await http.SendAsync(message, completion, cancellationToken);
            }
            catch (Exception lost) when (IsNetwork(lost, cancellationToken))
            {
                return Unreachable;
            }

            ObserveTime(response);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized && token is not null)
                {
                    tokens!.Reject(token);
                    if (attempt == 0 && tokens is not FixedAccessToken) continue;
                }

                return await FailureAsync(response, cancellationToken);
            }
        }
    }

    static HttpRequestMessage Message(ApiRequest request, string? token)
    {
        var message = new HttpRequestMessage(request.Method, request.Path);
        if (token is not null) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (request.Key is { } key) message.Headers.TryAddWithoutValidation(WireHeaders.IdempotencyKey, key.Value);
        if (request.Visitor is { Address: { } address }) message.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        if (request.Visitor is { UserAgent: { } agent }) message.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (request.Body is not null) message.Content = JsonContent.Create(request.Body, request.Body.GetType(), options: WireJson.Options);
        return message;
    }

    static async Task<ApiFailure> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var kind = status is >= 400 and < 500 ? ApiFailureKind.Refused : ApiFailureKind.Faulted;
        ProblemBody? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            try
            {
                problem = await response.Content.ReadFromJsonAsync<ProblemBody>(WireJson.Options, cancellationToken);
            }
            catch (Exception unreadable) when (unreadable is JsonException || IsNetwork(unreadable, cancellationToken))
            {
                // The status alone still says whether it was refused.
                problem = null;
            }
        }

        return new ApiFailure(kind, problem?.Code ?? FallbackCode(status), status, problem, response.Headers.RetryAfter?.Delta);
    }

    static string FallbackCode(int status) => status switch
    {
        401 => ProblemCodes.Unauthenticated,
        403 => ProblemCodes.Forbidden,
        404 => ProblemCodes.NotFound,
        429 => ProblemCodes.TooManyRequests,
        503 => ProblemCodes.TemporarilyUnavailable,
        >= 500 => ProblemCodes.InternalError,
        _ => ProblemCodes.Unknown,
    };

    void ObserveTime(HttpResponseMessage response)
    {
        if (options.OnServerTime is { } observe && response.Headers.TryGetValues(WireHeaders.Time, out var values)
            && DateTimeOffset.TryParse(values.First(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            observe(time);
    }

    static ApiFailure Unreadable(HttpResponseMessage response) =>
        new(ApiFailureKind.Faulted, ProblemCodes.InternalError, (int)response.StatusCode);

    static ApiFailure Unreachable { get; } = new(ApiFailureKind.Unreachable, ProblemCodes.OutcomeUnknown);

    // HttpClient reports its own time-out as a cancellation that nobody asked for.
    static bool IsNetwork(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
