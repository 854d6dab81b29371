using System.Text.Json;
using MimeKit;

namespace Webrana.Sandbox.Control.Mail;

/// <summary>The mails received, newest last; one JSON line each in the state file, so that a second `up` still shows them.</summary>
public sealed class MailStore
{
    /// <summary>Enough for any demo; the oldest give way so that a load test cannot fill the memory.</summary>
    const int Capacity = 5_000;

    readonly Lock _gate = new();
    readonly List<ReceivedMail> _mails = [];
    readonly string? _file;
    long _lastId;

    /// <summary>Reads what an earlier run received.</summary>
    public MailStore(ControlOptions options)
    {
        _file = options.StateFile;
        if (_file is null || !File.Exists(_file))
            return;
        foreach (var line in File.ReadLines(_file).TakeLast(Capacity))
        {
            if (Read(line) is { } mail)
                _mails.Add(mail);
        }

        _lastId = _mails.Count == 0 ? 0 : _mails.Max(mail => mail.Id);
    }

    /// <summary>Keeps a message; it is on disk when this returns, so the sender may be told 250.</summary>
    public ReceivedMail Add(IReadOnlyCollection<string> recipients, MimeMessage message, DateTimeOffset receivedAt)
    {
        lock (_gate)
        {
            var mail = new ReceivedMail(
                ++_lastId, string.Join(", ", recipients), message.Subject ?? "", message.TextBody ?? "", message.HtmlBody ?? "", receivedAt);
            if (_file is not null)
                File.AppendAllText(_file, JsonSerializer.Serialize(mail) + "\n");
            _mails.Add(mail);
            if (_mails.Count > Capacity)
                _mails.RemoveAt(0);
            return mail;
        }
    }

    /// <summary>Newest first; all, or those to one address.</summary>
    public IReadOnlyList<ReceivedMail> List(string? to)
    {
        lock (_gate)
            return [.. _mails.Where(mail => string.IsNullOrWhiteSpace(to) || mail.IsFor(to)).Reverse()];
    }

    /// <summary>A line that a crash cut short is passed over, not a reason to lose the others.</summary>
    static ReceivedMail? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ReceivedMail>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
