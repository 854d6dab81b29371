using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Contracts.Notifications;
using Webrana.Data.Desk;
using Webrana.Wire;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Alarms;

/// <summary>
/// Tells of alarms: one mail to every admin, through their outbox, and one POST to the webhook of the settings. A message is noted as told
/// after both took it; the mail's id is the alarm's, so that telling again mails nobody twice.
/// </summary>
internal sealed class AlarmTeller(AlarmRows rows, IServiceScopeFactory scopes, IHttpClientFactory http, IOptions<DeskOptions> options)
{
    /// <summary>Name of the client; its timeout is short, because the next round tells again.</summary>
    public const string Client = "alarms";

    /// <summary>HMAC-SHA256 of the body with <see cref="DeskOptions.AlarmWebhookKey"/>, hex.</summary>
    public const string SignatureHeader = "X-Webrana-Signature";

    /// <summary>Tells what is owed; answers how many messages left.</summary>
    public async Task<int> TellAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var told = 0;
        foreach (var alarm in await rows.UntoldAsync(cancellation))
        {
            // Raised and over before anybody heard of it: both are told, in order.
            if (!alarm.RaisedTold)
                told += await TellAsync(alarm, cleared: false, now, cancellation);
            if (alarm.ClearedAt is not null)
                told += await TellAsync(alarm, cleared: true, now, cancellation);
        }

        return told;
    }

    private async Task<int> TellAsync(AlarmRow alarm, bool cleared, DateTimeOffset now, CancellationToken cancellation)
    {
        await MailAsync(alarm, cleared, cancellation);
        if (!await PostAsync(alarm, cleared, cancellation))
            return 0;
        await rows.ToldAsync(alarm.Id, cleared, now, cancellation);
        return 1;
    }

    private async Task MailAsync(AlarmRow alarm, bool cleared, CancellationToken cancellation)
    {
        var name = alarm.Subject.Length == 0 ? alarm.Code : $"{alarm.Code} {alarm.Subject}";
        var id = $"alarm:{alarm.Id}{(cleared ? ":over" : "")}";
        // What is only not looked for any more is not over: its last words are told as the first ones were.
        var notice = cleared && !ReconciliationAlarms.IsLetGo(alarm)
            ? Notice.ShopAlarmOver(id, name, alarm.ClearedAt!.Value)
            : Notice.ShopAlarm(id, name, alarm.Detail, alarm.RaisedAt);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var mails = scope.ServiceProvider.GetRequiredService<AccountMails>();
        var admins = await (from link in db.UserRoles
                            join role in db.Roles on link.RoleId equals role.Id
                            join user in db.Users on link.UserId equals user.Id
                            where role.Name == Roles.Admin
                            select user).ToListAsync(cancellation);
        // An outbox that is full has worse to tell; it is not waited for.
        foreach (var admin in admins)
            await mails.NotifyAsync(admin, notice);
    }

    /// <summary>True when the webhook took it, or there is none.</summary>
    private async Task<bool> PostAsync(AlarmRow alarm, bool cleared, CancellationToken cancellation)
    {
        if (options.Value.AlarmWebhookUrl is not { } url)
            return true;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new AlarmMessage(alarm.Id, cleared ? "CLEARED" : "RAISED", alarm.Code, alarm.Subject, alarm.Detail, cleared ? alarm.ClearedAt!.Value : alarm.RaisedAt), WireJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        if (options.Value.AlarmWebhookKey is { Length: > 0 } key)
            request.Headers.Add(SignatureHeader, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body)));
        try
        {
            using var answer = await http.CreateClient(Client).SendAsync(request, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException || (away is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            // Owed still: the next round tells again.
            return false;
        }
    }

    private sealed record AlarmMessage(long Id, string State, string Code, string Subject, string Detail, DateTimeOffset At);
}
