using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;

namespace Webrana.Grains.Notifications;

/// <summary>
/// One way to a customer. A further one (WhatsApp) is a class of this kind, a member of <see cref="DeliveryChannel"/> and of
/// <see cref="NoticeChannels"/>, and a target in the account: the outbox, its retries, the admins' list and the preferences take it from there.
/// </summary>
public interface INoticeChannel
{
    /// <summary>Which rows of the outbox it takes.</summary>
    DeliveryChannel Channel { get; }

    /// <summary>Tries once; never throws for what the other side or the network does on a bad day.</summary>
    Task<ChannelOutcome> Send(ChannelMessage message, CancellationToken cancellation);
}

/// <summary>What to deliver, and to whom.</summary>
/// <param name="Delivery">The row, its lease ours.</param>
/// <param name="Notice">Kind and figures, to be rendered by the channel.</param>
/// <param name="Contact">Name, address and language now.</param>
/// <param name="TelegramChat">The chat linked now; null for none.</param>
public sealed record ChannelMessage(TakenDelivery Delivery, Notice Notice, AccountContact Contact, long? TelegramChat);

/// <summary>What became of an attempt.</summary>
/// <param name="Answer">What the other side said, for the log and for admins; never an address or a secret.</param>
public sealed record ChannelOutcome(MailOutcome Outcome, string Answer)
{
    /// <summary>The other side took it.</summary>
    public static ChannelOutcome Sent(string answer) => new(MailOutcome.Sent, answer);

    /// <summary>Not now; perhaps it was taken.</summary>
    public static ChannelOutcome NotNow(string answer) => new(MailOutcome.NotNow, answer);

    /// <summary>No for good.</summary>
    public static ChannelOutcome Refused(string answer) => new(MailOutcome.Refused, answer);
}
