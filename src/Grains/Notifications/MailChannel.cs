using Microsoft.Extensions.Options;
using Webrana.Data.Notices;
using Webrana.Notices;

namespace Webrana.Grains.Notifications;

/// <summary>Notices as mails. The notice id is the Message-ID, so that a mail repeated after a crash is shown once.</summary>
public sealed class MailChannel(IMailSender sender, IOptions<WebOptions> web) : INoticeChannel
{
    /// <inheritdoc/>
    public DeliveryChannel Channel => DeliveryChannel.Mail;

    /// <inheritdoc/>
    public async Task<ChannelOutcome> Send(ChannelMessage message, CancellationToken cancellation)
    {
        var rendered = NoticeRenderer.Render(message.Notice, message.Contact.Locale, web.Value.PublicUrl);
        var delivery = await sender.Send(new OutgoingMail(message.Notice.NoticeId, message.Notice.MailTo ?? message.Contact.Email, message.Contact.Name, rendered));
        return new ChannelOutcome(delivery.Outcome, delivery.Reason);
    }
}
