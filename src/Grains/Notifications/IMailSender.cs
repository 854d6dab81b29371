using Webrana.Notices;

namespace Webrana.Grains.Notifications;

/// <summary>Hands one mail to a mail server.</summary>
public interface IMailSender
{
    /// <summary>Tries once; never throws for what a mail server does on a bad day.</summary>
    Task<MailDelivery> Send(OutgoingMail mail);
}

/// <param name="MailId">Becomes the Message-ID, so that a repeated mail is shown once.</param>
public sealed record OutgoingMail(string MailId, string ToAddress, string ToName, RenderedNotice Content);

/// <summary>What became of a mail.</summary>
public enum MailOutcome
{
    Sent,

    /// <summary>The server cannot be reached or asks to come back; perhaps it took the mail.</summary>
    NotNow,

    /// <summary>The server says no for good (no such mailbox).</summary>
    Refused,
}

/// <param name="Reason">For logs; empty when sent. Holds no address.</param>
public sealed record MailDelivery(MailOutcome Outcome, string Reason);
