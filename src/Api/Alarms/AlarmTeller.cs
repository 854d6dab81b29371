using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Data.Desk;
using Webrana.Wire;

namespace Webrana.Api.Alarms;

/// <summary>
/// Tells of alarms: one POST to the webhook of the settings, and one mail to every admin, through their outbox. Either is noted for itself when it was
/// taken, and neither waits for the other: an outage of the cluster, which mails need, is what an alarm may be about. The mail's id is the alarm's,
/// so that telling again mails nobody twice.
/// </summary>
internal sealed partial class AlarmTeller(
    AlarmRows rows, IServiceScopeFactory scopes, IHttpClientFactory http, IOptions<DeskOptions> options, ILogger<AlarmTeller> log)
{
    /// <summary>Name of the client; its timeout is short, because the next round tells again.</summary>
    public const string Client = "alarms";

    /// <summary>HMAC-SHA256 of the body with <see cref="DeskOptions.AlarmWebhookKey"/>, hex.</summary>
    public const string SignatureHeader = "X-Webrana-Signature";

    /// <summary>Tells what is owed; answers how many messages have now left by every way.</summary>
    public async Task<int> TellAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        // The POSTs first: a cluster that is away is waited for by the mails.
        var told = await TellAsync(AlarmWay.Post, PostAsync, now, cancellation);
        await using var scope = scopes.CreateAsyncScope();
        var mails = new AdminMails(scope.ServiceProvider.GetRequiredService<IdentityDb>(), scope.ServiceProvider.GetRequiredService<AccountMails>(), log);
        return told + await TellAsync(AlarmWay.Mail, mails.SendAsync, now, cancellation);
    }

    private async Task<int> TellAsync(
        AlarmWay way, Func<AlarmRow, bool, CancellationToken, Task<Hearing>> tell, DateTimeOffset now, CancellationToken cancellation)
    {
        var told = 0;
        foreach (var (alarm, raisedTold) in await rows.OwedAsync(way, cancellation))
        {
            // Raised and over before anybody heard of it: both are told, in order.
            bool[] messages = raisedTold ? [true] : alarm.ClearedAt is null ? [false] : [false, true];
            foreach (var cleared in messages)
            {
                var heard = await tell(alarm, cleared, cancellation);
                if (heard == Hearing.Away)
                    return told;
                if (heard == Hearing.Taken)
                    told += await rows.ToldAsync(alarm.Id, way, cleared, now, cancellation) ? 1 : 0;
                // A receiver has one order of messages. Mails have several readers: one who was not reached keeps the end from no other.
                else if (way == AlarmWay.Post)
                    break;
            }
        }

        return told;
    }

    /// <summary>Taken, too, where there is no webhook.</summary>
    private async Task<Hearing> PostAsync(AlarmRow alarm, bool cleared, CancellationToken cancellation)
    {
        if (options.Value.AlarmWebhookUrl is not { } url)
            return Hearing.Taken;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new AlarmMessage(alarm.Id, cleared ? "CLEARED" : "RAISED", alarm.Code, alarm.Subject, alarm.Detail, cleared ? alarm.ClearedAt!.Value : alarm.RaisedAt), WireJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        if (options.Value.AlarmWebhookKey is { Length: > 0 } key)
            request.Headers.Add(SignatureHeader, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body)));
        try
        {
            using var answer = await http.CreateClient(Client).SendAsync(request, cancellation);
            if (answer.IsSuccessStatusCode)
                return Hearing.Taken;
            LogNotTaken(log, alarm.Id, ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
            return Hearing.NotTaken;
        }
        catch (Exception away) when (away is HttpRequestException || (away is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            // Owed still: the next round tells again. Not another timeout for each of the others now; mails wait behind them.
            LogNotTaken(log, alarm.Id, away.GetType().Name);
            return Hearing.Away;
        }
    }

    // Of the address nothing: in those of chat services the path is the secret.
    [LoggerMessage(LogLevel.Warning, "The webhook did not take alarm {Alarm} ({Reason}); next round")]
    private static partial void LogNotTaken(ILogger logger, long alarm, string reason);

    private sealed record AlarmMessage(long Id, string State, string Code, string Subject, string Detail, DateTimeOffset At);
}

/// <summary>How one way of telling took one message.</summary>
internal enum Hearing
{
    Taken,

    /// <summary>This one not; the next one may be.</summary>
    NotTaken,

    /// <summary>None will be taken in this round.</summary>
    Away,
}
