using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Data.Protection;
using Webrana.Domain.Notifications;

namespace Webrana.Grains.Notifications.Webhooks;

/// <summary>
/// Notices as signed calls of the customer's own address: at least once, under an event id that stays. A webhook that only failed for days
/// is switched off, and its owner is told.
/// </summary>
public sealed class WebhookChannel(
    Data.Notices.Webhooks webhooks, WebhookSeal seal, WebhookDoor door, IGrainFactory grains, TimeProvider clock, IOptions<WebhookOptions> options) : INoticeChannel
{
    private const int LongestAnswer = 200;

    /// <inheritdoc/>
    public DeliveryChannel Channel => DeliveryChannel.Webhook;

    /// <inheritdoc/>
    public async Task<ChannelOutcome> Send(ChannelMessage message, CancellationToken cancellation)
    {
        if (await webhooks.FindAsync(Guid.ParseExact(message.Delivery.Target, "D"), cancellation) is not { } webhook)
            return ChannelOutcome.Refused("the webhook was removed");
        if (!webhook.Active)
            return ChannelOutcome.Refused("the webhook is off");
        if (seal.Open(webhook.Secret) is not { } secret)
            return ChannelOutcome.NotNow("the secret cannot be opened");

        var outcome = await Call(webhook, secret, message, cancellation);
        if (outcome.Outcome == MailOutcome.Sent)
        {
            await webhooks.WorkedAsync(webhook.Id, cancellation);
            return outcome;
        }

        var now = clock.GetUtcNow();
        // The attempts of this one delivery stand for all: while we were away none was made, and time alone says nothing about the other side.
        if (await webhooks.FailedAsync(webhook.Id, now, DeliverySchedule.EndsFailingSince(message.Delivery.Attempt, now), cancellation))
            await Tell(webhook);
        return outcome;
    }

    private async Task<ChannelOutcome> Call(WebhookRow webhook, string secret, ChannelMessage message, CancellationToken cancellation)
    {
        var body = WebhookBody.Of(message.Notice, message.Delivery.Notice);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Webrana-Webhooks", "1"));
        request.Headers.Add("Webrana-Event-Id", message.Delivery.Notice.Id.ToString("D"));
        request.Headers.Add("Webrana-Attempt", message.Delivery.Attempt.ToString(CultureInfo.InvariantCulture));
        // Real time: a receiver compares it with its own clock.
        request.Headers.Add("Webrana-Signature", WebhookBody.Signature(secret, body, TimeProvider.System.GetUtcNow()));
        var started = Stopwatch.GetTimestamp();
        // Above any receiver's patience and below our lease.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.TimeoutMs);
        try
        {
            using var response = await door.SendAsync(request, limit.Token);
            var excerpt = await Excerpt(response, limit.Token);
            var answer = string.Create(
                CultureInfo.InvariantCulture, $"{(int)response.StatusCode} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms{(excerpt.Length == 0 ? "" : ": " + excerpt)}");
            return response.IsSuccessStatusCode ? ChannelOutcome.Sent(answer) : ChannelOutcome.NotNow(answer);
        }
        catch (WebhookRefusedException refused)
        {
            return ChannelOutcome.NotNow(refused.Message);
        }
        catch (HttpRequestException failed)
        {
            return ChannelOutcome.NotNow(failed.InnerException is WebhookRefusedException refused ? refused.Message : failed.HttpRequestError.ToString());
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return ChannelOutcome.NotNow(exception.GetType().Name);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ChannelOutcome.NotNow("no answer in time");
        }
    }

    private static async Task<string> Excerpt(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[LongestAnswer];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        // U+0000 cannot be kept, and a line of a log is a line.
        return string.Concat(Encoding.UTF8.GetString(buffer, 0, read).Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }

    private async Task Tell(WebhookRow webhook)
    {
        var since = (await webhooks.FindAsync(webhook.Id))?.FailingSince ?? clock.GetUtcNow();
        var notice = Notice.WebhookDisabled(
            string.Create(CultureInfo.InvariantCulture, $"webhook:{webhook.Id:D}:off:{since.ToUnixTimeMilliseconds()}"), new Uri(webhook.Url).Host, since);
        await grains.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(webhook.UserId))).Notify(notice);
    }
}
