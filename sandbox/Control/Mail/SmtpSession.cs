using System.Text;
using MimeKit;

namespace Webrana.Sandbox.Control.Mail;

/// <summary>
/// One SMTP conversation (RFC 5321, the commands a mail client needs). Mail addressed to anybody is accepted: this is
/// a sink, nothing leaves it.
/// </summary>
sealed class SmtpSession(Stream stream, int maximumMailBytes, Action<IReadOnlyCollection<string>, MimeMessage> deliver)
{
    const int MaximumRecipients = 100;

    readonly SmtpLines _lines = new(stream);
    readonly List<string> _recipients = [];
    bool _hasSender;

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await ReplyAsync("220 webrana sandbox mail sink", cancellation);
        while (await _lines.ReadAsync(cancellation) is { } line)
        {
            var command = Encoding.UTF8.GetString(line);
            var verb = command.Split(' ', 2)[0].ToUpperInvariant();
            if (verb == "QUIT")
            {
                await ReplyAsync("221 bye", cancellation);
                return;
            }

            await ReplyAsync(verb == "DATA" ? await DataAsync(cancellation) : Answer(verb, command), cancellation);
        }
    }

    string Answer(string verb, string command)
    {
        switch (verb)
        {
            case "EHLO":
                Reset();
                return $"250-webrana\r\n250-SIZE {maximumMailBytes}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8";
            case "HELO":
            case "RSET":
                Reset();
                return "250 ok";
            case "NOOP":
                return "250 ok";
            case "MAIL":
                return Mail(command);
            case "RCPT":
                return Recipient(command);
            default:
                return "502 command not implemented";
        }
    }

    string Mail(string command)
    {
        if (_hasSender)
            return "503 one sender at a time";
        if (Address(command, "FROM:") is null)
            return "501 MAIL FROM:<address>";
        var size = command.ToUpperInvariant().Split(' ').FirstOrDefault(word => word.StartsWith("SIZE=", StringComparison.Ordinal));
        if (size is not null && long.TryParse(size[5..], null, out var bytes) && bytes > maximumMailBytes)
            return "552 message too large";
        _hasSender = true;
        return "250 ok";
    }

    string Recipient(string command)
    {
        if (!_hasSender)
            return "503 MAIL first";
        if (Address(command, "TO:") is not { Length: > 0 } address)
            return "501 RCPT TO:<address>";
        if (_recipients.Count == MaximumRecipients)
            return "452 too many recipients";
        _recipients.Add(address);
        return "250 ok";
    }

    async Task<string> DataAsync(CancellationToken cancellation)
    {
        if (_recipients.Count == 0)
            return "503 RCPT first";
        await ReplyAsync("354 end with a dot", cancellation);
        using var content = new MemoryStream();
        var tooLarge = false;
        while (await _lines.ReadAsync(cancellation) is { } line)
        {
            if (line is [(byte)'.'])
                return Finish(content, tooLarge);
            // Dot-unstuffing: the sender doubled a dot that began a line.
            var from = line is [(byte)'.', ..] ? 1 : 0;
            tooLarge |= content.Length + line.Length > maximumMailBytes;
            // A message that is too large is read to its end all the same, or the sender would take its rest for commands.
            if (!tooLarge)
            {
                content.Write(line, from, line.Length - from);
                content.Write("\r\n"u8);
            }
        }

        throw new IOException("the connection closed inside a message");
    }

    string Finish(MemoryStream content, bool tooLarge)
    {
        var recipients = _recipients.ToArray();
        Reset();
        if (tooLarge)
            return "552 message too large";
        content.Position = 0;
        try
        {
            deliver(recipients, MimeMessage.Load(content));
            return "250 kept";
        }
        catch (FormatException)
        {
            return "554 not a MIME message";
        }
    }

    void Reset()
    {
        _hasSender = false;
        _recipients.Clear();
    }

    static string? Address(string command, string label)
    {
        var at = command.IndexOf(label, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var rest = command[(at + label.Length)..].TrimStart();
        var end = rest.IndexOf('>', StringComparison.Ordinal);
        return rest.StartsWith('<') && end > 0 ? rest[1..end] : null;
    }

    async Task ReplyAsync(string reply, CancellationToken cancellation) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), cancellation);
}
