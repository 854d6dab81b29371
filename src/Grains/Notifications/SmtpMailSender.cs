using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Webrana.Grains.Notifications;

/// <summary>Sends by SMTP, one connection per mail: mails are few, and a kept connection is one more thing that breaks.</summary>
public sealed class SmtpMailSender(IOptions<SmtpOptions> options, TimeProvider time) : IMailSender
{
    /// <inheritdoc/>
    public async Task<MailDelivery> Send(OutgoingMail mail)
    {
        var smtp = options.Value;
        using var client = new SmtpClient { Timeout = smtp.TimeoutMs };
        try
        {
            using var message = Compose(mail, MailboxAddress.Parse(smtp.From), time.GetUtcNow());
            await client.ConnectAsync(smtp.Host, smtp.Port, Security(smtp));
            if (smtp.User is { Length: > 0 } user) await client.AuthenticateAsync(user, smtp.Password ?? "");
            await client.SendAsync(message);
        }
        catch (SmtpCommandException exception) when (IsFinal(exception))
        {
            return new MailDelivery(MailOutcome.Refused, $"{exception.ErrorCode} {(int)exception.StatusCode}");
        }
        catch (ParseException)
        {
            return new MailDelivery(MailOutcome.Refused, "the address cannot be read");
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            return new MailDelivery(MailOutcome.NotNow, exception.GetType().Name);
        }

        // The server has said yes; a goodbye that fails changes nothing about it.
        await Goodbye(client);
        return new MailDelivery(MailOutcome.Sent, "");
    }

    static MimeMessage Compose(OutgoingMail mail, MailboxAddress from, DateTimeOffset now)
    {
        var message = new MimeMessage { Subject = mail.Content.Subject, Date = now, MessageId = MessageIdOf(mail.MailId, from.Domain) };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(mail.ToName, mail.ToAddress));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = new BodyBuilder { TextBody = mail.Content.Text, HtmlBody = mail.Content.Html }.ToMessageBody();
        return message;
    }

    /// <summary>The same mail id is always the same Message-ID; characters that a Message-ID must not have become dashes.</summary>
    static string MessageIdOf(string mailId, string domain) =>
        string.Concat(mailId.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' ? character : '-')) + "@" + domain;

    static SecureSocketOptions Security(SmtpOptions smtp) => smtp switch
    {
        { UseTls: false } => SecureSocketOptions.None,
        { Port: 465 } => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };

    static async Task Goodbye(SmtpClient client)
    {
        try
        {
            await client.DisconnectAsync(quit: true);
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            // Nothing was lost: see the caller.
        }
    }

    // 5yz about the recipient or the message is final; about ourselves (login, policy of the sender) it is a matter of configuration.
    static bool IsFinal(SmtpCommandException exception) =>
        (int)exception.StatusCode is >= 500 and < 600 && exception.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;

    static bool IsOutage(Exception exception) => exception
        is SmtpCommandException or SmtpProtocolException or CommandException or ProtocolException or ServiceNotConnectedException
        or ServiceNotAuthenticatedException or AuthenticationException or SslHandshakeException or SocketException or IOException
        or TimeoutException or OperationCanceledException or NotSupportedException;
}
