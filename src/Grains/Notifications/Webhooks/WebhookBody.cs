using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Notices;

namespace Webrana.Grains.Notifications.Webhooks;

/// <summary>What a webhook is sent, and the proof that we sent it.</summary>
public static class WebhookBody
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// <c>{id, type, createdAt, data}</c>: the id is the event's and the same at every attempt; rupiah are numbers, times RFC 3339.
    /// </summary>
    public static string Of(Notice notice, NoticeRow row)
    {
        var data = new JsonObject();
        foreach (var (name, value) in notice.Values.OrderBy(value => value.Key, StringComparer.Ordinal))
        {
            data[name] = NoticeCatalogue.TypeOf(name) == NoticeValue.Rupiah && long.TryParse(value, CultureInfo.InvariantCulture, out var amountIdr)
                ? JsonValue.Create(amountIdr)
                : JsonValue.Create(value);
        }

        return new JsonObject
        {
            ["id"] = row.Id.ToString("D"),
            ["type"] = NoticeCatalogue.Of(notice.Kind).Code,
            ["createdAt"] = row.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = data,
        }.ToJsonString(Json);
    }

    /// <summary>
    /// <c>t={unix seconds},v1={hex}</c>: HMAC-SHA256 over <c>{t}.{body}</c>. The time is real and inside the signature, so that a receiver can
    /// refuse an old one.
    /// </summary>
    public static string Signature(string secret, string body, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}"));
        return $"t={seconds},v1={Convert.ToHexStringLower(mac)}";
    }
}
