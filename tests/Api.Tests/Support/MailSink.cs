using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using System.Web;
using Webrana.Grains.Notifications;

namespace Webrana.Api.Tests.Support;

/// <summary>Takes every mail the silo sends; a test waits for its own address.</summary>
sealed partial class MailSink : IMailSender
{
    readonly ConcurrentDictionary<string, Channel<OutgoingMail>> _mails = new(StringComparer.OrdinalIgnoreCase);

    public async Task<MailDelivery> Send(OutgoingMail mail)
    {
        // Everybody is welcomed; tests wait for what they caused themselves.
        if (mail.MailId != "welcome") await Of(mail.ToAddress).Writer.WriteAsync(mail);
        return new MailDelivery(MailOutcome.Sent, "");
    }

    /// <summary>The next mail to this address.</summary>
    public async Task<OutgoingMail> NextAsync(string address)
    {
        using var patience = new CancellationTokenSource(ApiHost.Patience);
        return await Of(address).Reader.ReadAsync(patience.Token);
    }

    /// <summary>The next mail to this address that has a link to a page; the server's own mails may come in between.</summary>
    public async Task<OutgoingMail> NextWithLinkAsync(string address, string page)
    {
        while (true)
        {
            var mail = await NextAsync(address);
            if (mail.Content.Text.Contains($"/{page}?", StringComparison.Ordinal)) return mail;
        }
    }

    /// <summary>Whether a mail to this address lies here unread.</summary>
    public bool HasMail(string address) => Of(address).Reader.TryPeek(out _);

    /// <summary>userId and token of the link in a mail.</summary>
    public static (string UserId, string Token) LinkOf(OutgoingMail mail, string page)
    {
        var link = new Uri(Link().Matches(mail.Content.Text).Select(match => match.Value).Single(address => address.Contains($"/{page}?", StringComparison.Ordinal)));
        Assert.Equal($"/{page}", link.AbsolutePath);
        var query = HttpUtility.ParseQueryString(link.Query);
        return (query["userId"]!, query["token"]!);
    }

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();

    Channel<OutgoingMail> Of(string address) => _mails.GetOrAdd(address, _ => Channel.CreateUnbounded<OutgoingMail>());
}
