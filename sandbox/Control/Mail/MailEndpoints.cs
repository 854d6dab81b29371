namespace Webrana.Sandbox.Control.Mail;

static class MailEndpoints
{
    internal static void MapMail(this WebApplication app) =>
        app.MapGet("/mail", (MailStore mails, string? to) => mails.List(to));
}
