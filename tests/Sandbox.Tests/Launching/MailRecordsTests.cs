using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Webrana.Sandbox.Launcher.Commands;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>SPF, DKIM and DMARC as <c>doctor --production</c> judges them, and as it asks name servers for them.</summary>
public sealed class MailRecordsTests
{
    // Longer than the 255 bytes of one string.
    static readonly string Key = NewKey();

    // What is left of it in one string behind "v=DKIM1; p=": it still reads as base64.
    static readonly string Cut = Key[..244];

    [Theory]
    [InlineData("v=spf1 include:_spf.mail.example -all", true, "include:_spf.mail.example")]
    [InlineData("google-site-verification=1|V=SPF1 ip4:203.0.113.7 ~all", true, "ip4:203.0.113.7")]
    [InlineData("", false, "no TXT record")]
    [InlineData("v=spf10 -all|spf2.0/pra -all", false, "no TXT record")]
    [InlineData("v=spf1 include:a.example -all|v=spf1 include:b.example -all", false, "2 TXT records")]
    [InlineData("v=spf1 include:a.example +all", false, "lets everybody send")]
    [InlineData("v=spf1 all", false, "lets everybody send")]
    public void Exactly_one_record_says_who_may_send(string texts, bool ok, string said) => Expect(MailRecords.Spf("example.com", Answer(texts)), ok, said);

    [Theory]
    [InlineData("v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com", true, "p=quarantine")]
    [InlineData("v = DMARC1 ;p=reject", true, "p=reject")]
    [InlineData("v=DMARC1; p=none", true, "only watches")]
    [InlineData("", false, "_dmarc.example.com has no TXT record")]
    [InlineData("v=spf1 -all|p=reject; v=DMARC1", false, "no TXT record")]
    [InlineData("v=DMARC1; p=none|v=DMARC1; p=reject", false, "2 TXT records")]
    [InlineData("v=DMARC1; rua=mailto:dmarc@example.com", false, "no policy")]
    [InlineData("v=DMARC1; p=qarantine", false, "no policy")]
    public void Exactly_one_record_says_what_becomes_of_the_rest(string texts, bool ok, string said) => Expect(MailRecords.Dmarc("example.com", Answer(texts)), ok, said);

    [Theory]
    [InlineData("v=DKIM1; k=rsa; p=KEY", true, "s1._domainkey.example.com has a key")]
    [InlineData("p=KEY", true, "has a key")]
    [InlineData("v=spf1 -all|k=rsa; p=KEY", true, "has a key")]
    [InlineData("", false, "no TXT record with a key")]
    [InlineData("v=DKIM1; k=rsa", false, "no TXT record with a key")]
    [InlineData("v=DKIM1; k=rsa; p=", false, "revoked")]
    [InlineData("v=DKIM1; p=KEYcut", false, "cannot be read")]
    [InlineData("v=DKIM1; p=[cut]", false, "cannot be read")]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", true, "has a key")]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcH", false, "cannot be read")]
    [InlineData("v=DKIM1; p=KEY|v=DKIM1; p=KEY", false, "2 keys")]
    public void A_key_is_there_that_was_neither_revoked_nor_cut(string texts, bool ok, string said) =>
        Expect(MailRecords.Dkim("s1", "example.com", Answer(texts.Replace("KEY", Key, StringComparison.Ordinal).Replace("[cut]", Cut, StringComparison.Ordinal))), ok, said);

    [Fact]
    public void A_key_cannot_be_looked_for_without_its_selector() => Expect(MailRecords.Dkim("", "example.com", null), ok: false, "SMTP_DKIM_SELECTOR");

    [Fact]
    public void The_strings_of_a_record_are_joined_without_a_blank()
    {
        Expect(MailRecords.Spf("example.com", new([["v=spf1 include:a.exam", "ple -all"]])), ok: true, "include:a.example -all");
        Expect(MailRecords.Dkim("s1", "example.com", new([["v=DKIM1; p=" + Key[..200], Key[200..]]])), ok: true, "has a key");
        Expect(MailRecords.Dmarc("example.com", new([["v=DMA", "RC1; p=reject"]])), ok: true, "p=reject");
    }

    [Fact]
    public async Task Name_servers_are_asked_at_the_three_names()
    {
        await using var server = new NameServer(new()
        {
            ["example.com"] = [["something else"], ["v=spf1 include:_spf.mail.example -all"]],
            ["s1._domainkey.example.com"] = [["v=DKIM1; k=rsa; p=" + Key[..200], Key[200..]]],
            ["_dmarc.example.com"] = [["v=DMARC1; p=reject"]],
        });
        var findings = await ProductionProbes.MailRecordsAsync("example.com", "s1", server.Address);
        Assert.Equal(["SPF", "DKIM", "DMARC"], findings.Select(finding => finding.Name));
        Assert.All(findings, finding => Assert.True(finding.Ok, finding.ToString()));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_has_no_record_and_one_that_a_name_server_fails_to_answer_may_have()
    {
        // No such names but the last, for which the name server fails.
        await using var server = new NameServer(new() { ["example.com"] = [], ["_dmarc.example.com"] = null });
        var findings = await ProductionProbes.MailRecordsAsync("example.com", "s1", server.Address);
        Assert.StartsWith("MISSING  SPF", findings[0].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("MISSING  DKIM", findings[1].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("UNKNOWN  DMARC", findings[2].ToString(), StringComparison.Ordinal);
        Assert.Contains("_dmarc.example.com could not be asked for: the name server answers ServerFailure", findings[2].Note, StringComparison.Ordinal);
        Assert.False(findings[2].Ok);
    }

    [Fact]
    public async Task Of_a_silent_name_server_nothing_is_known()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var findings = await ProductionProbes.MailRecordsAsync("example.com", "s1", (IPEndPoint)silent.Client.LocalEndPoint!, TimeSpan.FromMilliseconds(250));
        Assert.True(silent.Available > 0, "The name server was not asked.");
        Assert.Equal(3, findings.Count);
        Assert.All(findings, finding => Assert.True(finding is { Ok: false, Known: false }, finding.ToString()));
        Assert.All(findings, finding => Assert.Contains("could not be asked for", finding.Note, StringComparison.Ordinal));
    }

    static string NewKey()
    {
        using var rsa = RSA.Create(2048);
        return Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo());
    }

    static TxtAnswer Answer(string texts) => new([.. texts.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(text => new[] { text })]);

    static void Expect(Finding finding, bool ok, string said)
    {
        Assert.True(finding.Ok == ok && finding.Known, finding.ToString());
        Assert.Contains(said, finding.Note, StringComparison.Ordinal);
    }

    /// <summary>
    /// Answers TXT questions on loopback, by UDP as RFC 1035 has it: with the records of a name, with a failure where there is null, and that there is no
    /// such name where there is nothing.
    /// </summary>
    sealed class NameServer : IAsyncDisposable
    {
        const int HeaderLength = 12;
        const byte ServerFailure = 2, NoSuchName = 3;

        readonly Dictionary<string, string[][]?> _names;
        readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        readonly CancellationTokenSource _over = new();
        readonly Task _serving;

        internal NameServer(Dictionary<string, string[][]?> names)
        {
            _names = names;
            _serving = ServeAsync();
        }

        internal IPEndPoint Address => (IPEndPoint)_socket.Client.LocalEndPoint!;

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _serving;
            _socket.Dispose();
            _over.Dispose();
        }

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var asked = await _socket.ReceiveAsync(_over.Token);
                    await _socket.SendAsync(Answer(asked.Buffer), asked.RemoteEndPoint, _over.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        byte[] Answer(byte[] query)
        {
            var (labels, at) = (new List<string>(), HeaderLength);
            for (; query[at] != 0; at += query[at] + 1)
                labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
            var known = _names.TryGetValue(string.Join('.', labels), out var records);
            var code = !known ? NoSuchName : records is null ? ServerFailure : (byte)0;
            // Its id, that it answers with recursion, and one question; of other sections only the answers.
            List<byte> answer = [query[0], query[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)(records?.Length ?? 0), 0, 0, 0, 0];
            // The question as it came: the name's end, type and class are five bytes.
            answer.AddRange(query[HeaderLength..(at + 5)]);
            foreach (var strings in records ?? [])
            {
                byte[] text = [.. strings.SelectMany(part => Encoding.ASCII.GetBytes(part).Prepend((byte)part.Length))];
                // The question's name, TXT, IN, a minute, and how long the text is.
                answer.AddRange([0xC0, HeaderLength, 0, 16, 0, 1, 0, 0, 0, 60, (byte)(text.Length >> 8), (byte)text.Length]);
                answer.AddRange(text);
            }

            return [.. answer];
        }
    }
}
