using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// What the sender's domain publishes so that its mails are believed: SPF, the key of DKIM, DMARC. That a mail passes them shows only in one that arrived.
/// .NET resolves addresses and nothing else, so the name server is asked here, over TCP, where no answer is cut (RFC 1035, RFC 7766).
/// </summary>
static class MailRecords
{
    const string Name = "Mail records";
    const int DnsPort = 53;
    const int Txt = 16;
    const int Head = 12;
    const int LongestLabel = 63;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <param name="from">The sender, as the settings have it.</param>
    /// <param name="selector">The name under which the mail provider has its key published.</param>
    /// <param name="server">Who is asked; null for this machine's own name server.</param>
    internal static async Task<Finding> LookAsync(string from, string selector, IPEndPoint? server = null)
    {
        if (!System.Net.Mail.MailAddress.TryCreate(from, out var sender))
            return new(false, Name, "SMTP_FROM: no sender was given");
        if (selector.Length == 0)
            return new(false, Name, "SMTP_DKIM_SELECTOR: the NAME of NAME._domainkey that the mail provider has you publish, so that it can be looked up");
        if ((server ?? Own()) is not { } asked)
            return new(false, Name, "this machine knows no name server to ask");
        var (host, missing) = (sender.Host, new List<string>());
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            if ((await TextsAsync(host, asked, limit.Token)).Count(IsSpf) != 1)
                missing.Add($"one SPF record (v=spf1 …) at {host}");
            if (!(await TextsAsync($"{selector}._domainkey.{host}", asked, limit.Token)).Exists(IsKey))
                missing.Add($"a DKIM key (p=…) at {selector}._domainkey.{host}");
            if (!await HasPolicyAsync(host, asked, limit.Token))
                missing.Add($"a DMARC record (v=DMARC1; …) at _dmarc.{host}");
        }
        catch (Exception away) when (away is SocketException or IOException or OperationCanceledException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            return new(false, Name, $"the name server {asked} cannot be asked from here: {away.Message}");
        }

        return missing.Count == 0
            ? new(true, Name, $"SPF, DKIM and DMARC of {host} are published; a mail that arrived shows whether it passes them")
            : new(false, Name, $"missing is {string.Join(", ", missing)}");
    }

    // Where a domain says nothing, the one above it speaks for it.
    static async Task<bool> HasPolicyAsync(string host, IPEndPoint server, CancellationToken cancellation)
    {
        for (var domain = host; domain.Contains('.', StringComparison.Ordinal); domain = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            if ((await TextsAsync($"_dmarc.{domain}", server, cancellation)).Exists(text => text.StartsWith("v=DMARC1", StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    static bool IsSpf(string text) => text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase);

    // An empty p= is a key that was taken back.
    static bool IsKey(string text) => text.Split(';', StringSplitOptions.TrimEntries).Any(tag => tag.StartsWith("p=", StringComparison.Ordinal) && tag.Length > 2);

    static IPEndPoint? Own() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().DnsAddresses).FirstOrDefault() is { } address ? new IPEndPoint(address, DnsPort) : null;

    static async Task<List<string>> TextsAsync(string name, IPEndPoint server, CancellationToken cancellation)
    {
        var labels = name.Split('.');
        if (labels.Any(label => label.Length is 0 or > LongestLabel))
            return [];
        using var socket = new TcpClient(server.AddressFamily);
        await socket.ConnectAsync(server, cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync(Question(labels), cancellation);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellation);
        return Texts(answer);
    }

    // Its length, a head that wishes for recursion and has one question, the question.
    static byte[] Question(string[] labels)
    {
        List<byte> question = [0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (var label in labels)
            question.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        byte[] end = [0, 0, Txt, 0, 1];
        question.AddRange(end);
        var whole = question.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(whole, (ushort)(whole.Length - 2));
        return whole;
    }

    static List<string> Texts(ReadOnlySpan<byte> answer)
    {
        // 3: there is no such name.
        if ((answer[3] & 0xF) is not (0 or 3))
            throw new IOException($"it answers with code {answer[3] & 0xF}");
        var texts = new List<string>();
        var at = NameEnd(answer, Head) + 4;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]); left > 0; left--)
        {
            at = NameEnd(answer, at);
            var type = BinaryPrimitives.ReadUInt16BigEndian(answer[at..]);
            var end = at + 10 + BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 8)..]);
            if (type == Txt)
            {
                var text = new StringBuilder();
                for (at += 10; at < end; at += 1 + answer[at])
                    text.Append(Encoding.ASCII.GetString(answer.Slice(at + 1, answer[at])));
                texts.Add(text.ToString());
            }

            at = end;
        }

        return texts;
    }

    // A name ends with an empty label, or with a pointer to where its rest stands.
    static int NameEnd(ReadOnlySpan<byte> answer, int at)
    {
        while (answer[at] is > 0 and < 0xC0)
            at += 1 + answer[at];
        return at + (answer[at] == 0 ? 1 : 2);
    }
}
