using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Api.Hosting;
using Webrana.Data.Faults;
using Webrana.Tripay.Callbacks;

namespace Webrana.Api.Webhooks;

/// <summary>
/// <c>POST /webhooks/tripay</c>. Always 200 with <c>{"success":…}</c>: Tripay judges by the body and calls again (three times, two minutes
/// apart) unless it is true. The order of the steps is the security: bytes, signature, inbox row, grain. Whatever is not signed touches
/// neither the database nor the cluster.
/// </summary>
public sealed partial class TripayWebhook(
    PaymentInbox inbox, PaymentTeller teller, WebhookMetrics metrics, FailPoints failPoints, IOptions<GatewayOptions> gateway, ILogger<TripayWebhook> log)
{
    public const string Route = "/webhooks/tripay";

    public static void Map(IEndpointRouteBuilder app) => app.MapPost(Route, async (HttpContext http, TripayWebhook webhook) =>
            TypedResults.Json(new Answer(await webhook.TakeAsync(http.Request, http.RequestAborted))))
        .AllowAnonymous().ExcludeFromDescription();

    /// <summary>True only for what is done with: a stored notice the deposit knows of, a duplicate, a tester's click.</summary>
    public async Task<bool> TakeAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = await ReadAsync(request, cancellation);
        var headers = new TripayCallbackHeaders(
            Single(request.Headers, TripayCallback.SignatureHeader), Single(request.Headers, TripayCallback.EventHeader));
        var verdict = TripayCallback.Read(headers, body, gateway.Value.PrivateKey, gateway.Value.PreviousPrivateKey);
        switch (verdict)
        {
            case TripayCallbackVerdict.Rejected rejected:
                metrics.Rejected(rejected.Reason);
                if (metrics.MayLogRejection())
                    LogRejected(log, rejected.Reason, request.HttpContext.Connection.RemoteIpAddress?.ToString());
                return false;
            case TripayCallbackVerdict.Test:
            // The other kind of tester's body: a real reference, valid signature, PAID, and no method and no money.
            case TripayCallbackVerdict.Accepted { Payment: { MethodCode: null, TotalAmountIdr: 0 } }:
                metrics.Accepted("test");
                LogTest(log);
                return true;
            case TripayCallbackVerdict.Accepted accepted:
                metrics.Accepted("payment");
                return await StoreAndTellAsync(accepted, body, cancellation);
            default:
                throw new InvalidOperationException($"A verdict without a rule: {verdict}.");
        }
    }

    private async Task<bool> StoreAndTellAsync(TripayCallbackVerdict.Accepted accepted, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        try
        {
            // Dies after this line: the row is there, unhandled, and the worker tells the grain. Tripay, unanswered, calls again: a duplicate.
            var entry = await inbox.TakeAsync(accepted.Payment, accepted.BodySha256, body, cancellation);
            await failPoints.Hit("webhook.row_kept", accepted.Payment.Reference);
            return entry.Handled || await teller.TellAsync(entry.Id, accepted.Payment, cancellation) == Told.Taken;
        }
        catch (Exception away) when (away is NpgsqlException || ClusterAway.Is(away))
        {
            LogNotTold(log, away, accepted.Payment.Reference);
            return false;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        // One byte more than allowed is enough to know; the verdict then says BodySize.
        var buffer = new byte[TripayCallback.MaximumBodyBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return buffer[..length];
    }

    private static string? Single(IHeaderDictionary headers, string name) => headers[name] is [{ } value] ? value : null;

    private sealed record Answer(bool Success);

    [LoggerMessage(LogLevel.Warning, "A payment callback was rejected: {Reason}, from {Address}. More of them are only counted for a while")]
    private static partial void LogRejected(ILogger logger, TripayCallbackRejection reason, string? address);

    [LoggerMessage(LogLevel.Information, "A tester's payment callback: signed, about nothing")]
    private static partial void LogTest(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The callback about {Reference} could not be passed on; it is tried again")]
    private static partial void LogNotTold(ILogger logger, Exception exception, string reference);
}
