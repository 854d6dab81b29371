using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Webrana.Api.Tests.Support;
using Webrana.Tripay.Callbacks;

namespace Webrana.Api.Tests.Webhooks;

/// <summary>A callback as Tripay, a tester or an attacker would post it.</summary>
/// <param name="Trace">The trace it belongs to, for who counts what one callback makes the product do.</param>
sealed record Callback(string Body, string? Signature, string? Event = TripayCallback.PaymentStatusEvent, ActivityTraceId? Trace = null)
{
    public static Callback Signed(string body, string key = ApiHost.PrivateKey) =>
        new(body, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(body))));

    public static string BodyOf(string? reference, string? merchantRef, long totalAmount, string status = "PAID", string? method = "BRIVA") => JsonSerializer.Serialize(new
    {
        reference,
        merchant_ref = merchantRef,
        payment_method = method is null ? null : "BRI Virtual Account",
        payment_method_code = method,
        total_amount = totalAmount,
        fee_merchant = 0,
        fee_customer = 0,
        total_fee = 0,
        amount_received = totalAmount,
        is_closed_payment = 1,
        status,
        paid_at = 1_763_452_411,
        note = (string?)null,
    });

    /// <summary>Posts it and reads the answer's <c>success</c>. The status is always 200.</summary>
    public async Task<bool> PostAsync(HttpClient client)
    {
        using var response = await SendAsync(client);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("success").GetBoolean();
    }

    /// <summary>Posts it, whatever comes of it.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/tripay") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (Signature is not null)
            request.Headers.Add(TripayCallback.SignatureHeader, Signature);
        if (Event is not null)
            request.Headers.Add(TripayCallback.EventHeader, Event);
        if (Trace is { } trace)
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        return await client.SendAsync(request);
    }
}
