using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using MimeKit;
using Webrana.Grains.Tests.Common;

namespace Webrana.Grains.Tests.Notifications;

/// <summary>A mail server on loopback that keeps what it is given, and that can be out of order.</summary>
public sealed class MailSink : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Channel<MimeMessage> _mails = Channel.CreateUnbounded<MimeMessage>();
    readonly Task _serving;
    readonly List<MimeMessage> _received = [];
    volatile string? _answer;
    int _refused;

    public MailSink()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections turned away so far.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>What every recipient is answered with instead (<c>421 busy</c>, <c>550 no such mailbox</c>); null: works.</summary>
    public string? Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>Every mail that reached this address so far.</summary>
    public IReadOnlyList<MimeMessage> To(string address)
    {
        lock (_received) return [.. _received.Where(mail => mail.To.Mailboxes.Any(box => box.Address == address))];
    }

    /// <summary>Waits for the next mail to an address; reads mails to others away, so one reader at a time.</summary>
    public async Task<MimeMessage> NextToAsync(string address)
    {
        using var patience = new CancellationTokenSource(WebranaCluster.Patience);
        while (true)
        {
            var mail = await _mails.Reader.ReadAsync(patience.Token);
            if (mail.To.Mailboxes.Any(box => box.Address == address)) return mail;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
        _listener.Dispose();
    }

    async Task ServeAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        await using (var stream = client.GetStream())
        {
            try
            {
                await ConverseAsync(stream);
            }
            catch (IOException)
            {
                // The client left in the middle.
            }
        }
    }

    async Task ConverseAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        await SayAsync(stream, "220 sink");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "RCPT" && _answer is { } answer)
            {
                Interlocked.Increment(ref _refused);
                await SayAsync(stream, answer);
                continue;
            }
            if (verb == "QUIT")
            {
                await SayAsync(stream, "221 bye");
                return;
            }
            if (verb == "DATA")
            {
                await SayAsync(stream, "354 go on");
                Keep(await ReadMailAsync(reader));
            }
            await SayAsync(stream, "250 ok");
        }
    }

    async Task<byte[]> ReadMailAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
            text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    void Keep(byte[] raw)
    {
        using var stream = new MemoryStream(raw);
        var mail = MimeMessage.Load(stream);
        lock (_received) _received.Add(mail);
        _mails.Writer.TryWrite(mail);
    }

    static async Task SayAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
}
