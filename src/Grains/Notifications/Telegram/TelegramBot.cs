using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Webrana.Grains.Notifications.Telegram;

/// <summary>What Telegram's Bot API said to one call.</summary>
/// <param name="Result">Null when it was refused.</param>
/// <param name="ErrorCode">HTTP-like; 0 when all is well, and when nobody answered.</param>
/// <param name="Description">Its words; empty when all is well.</param>
public sealed record TelegramAnswer<T>(T? Result, int ErrorCode, string Description)
    where T : class;

/// <summary>A message to the bot.</summary>
public sealed record TelegramUpdate(
    [property: JsonPropertyName("update_id")] long UpdateId, [property: JsonPropertyName("message")] TelegramMessage? Message);

/// <summary>One message.</summary>
public sealed record TelegramMessage(
    [property: JsonPropertyName("message_id")] long MessageId, [property: JsonPropertyName("chat")] TelegramChat Chat, [property: JsonPropertyName("text")] string? Text);

/// <summary>One conversation.</summary>
public sealed record TelegramChat(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("username")] string? Username = null,
    [property: JsonPropertyName("first_name")] string? FirstName = null);

/// <summary>The two methods of the Bot API that we use (core.telegram.org/bots/api). The token is part of the path, so nothing here logs an address.</summary>
public sealed class TelegramBot(HttpClient http, IOptions<TelegramOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Heard = ["message"];

    /// <summary>Whether there is a bot.</summary>
    public bool IsSetUp => options.Value.Token.Length > 0;

    /// <summary>Sends a text in Telegram's HTML.</summary>
    public Task<TelegramAnswer<TelegramMessage>> SendMessage(long chatId, string html, CancellationToken cancellation) =>
        Call<TelegramMessage>("sendMessage", new { chat_id = chatId, text = html, parse_mode = "HTML", link_preview_options = new { is_disabled = true } }, cancellation);

    /// <summary>Messages from <paramref name="offset"/> on; asking with an offset is also what confirms those before it.</summary>
    public Task<TelegramAnswer<IReadOnlyList<TelegramUpdate>>> GetUpdates(long offset, CancellationToken cancellation) =>
        Call<IReadOnlyList<TelegramUpdate>>("getUpdates", new { offset, limit = 100, timeout = 0, allowed_updates = Heard }, cancellation);

    private async Task<TelegramAnswer<T>> Call<T>(string method, object body, CancellationToken cancellation)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await http.PostAsJsonAsync($"{options.Value.BaseUrl.TrimEnd('/')}/bot{options.Value.Token}/{method}", body, limit.Token);
            var answer = await response.Content.ReadFromJsonAsync<Envelope<T>>(limit.Token);
            return answer is { Ok: true, Result: { } result }
                ? new TelegramAnswer<T>(result, 0, "")
                : new TelegramAnswer<T>(null, answer?.ErrorCode ?? (int)response.StatusCode, answer?.Description ?? "");
        }
        catch (HttpRequestException failed)
        {
            return new TelegramAnswer<T>(null, 0, failed.HttpRequestError.ToString());
        }
        catch (JsonException)
        {
            return new TelegramAnswer<T>(null, (int)HttpStatusCode.BadGateway, "not an answer of the Bot API");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new TelegramAnswer<T>(null, 0, "no answer in time");
        }
    }

    private sealed record Envelope<T>(
        [property: JsonPropertyName("ok")] bool Ok, [property: JsonPropertyName("result")] T? Result, [property: JsonPropertyName("error_code")] int? ErrorCode,
        [property: JsonPropertyName("description")] string? Description);
}
