namespace Webrana.Sandbox.Control.Mail;

/// <summary>One message as api.md shows it.</summary>
/// <param name="Id">Rises with arrival.</param>
/// <param name="To">The envelope's recipients, separated by commas.</param>
/// <param name="Subject">Decoded.</param>
/// <param name="Text">The plain part, or empty.</param>
/// <param name="Html">The HTML part, or empty.</param>
/// <param name="ReceivedAt">Business time: a mail about a renewal bears the date of that renewal.</param>
public sealed record ReceivedMail(long Id, string To, string Subject, string Text, string Html, DateTimeOffset ReceivedAt)
{
    internal bool IsFor(string address) =>
        To.Split(',').Any(recipient => recipient.Trim().Equals(address.Trim(), StringComparison.OrdinalIgnoreCase));
}
