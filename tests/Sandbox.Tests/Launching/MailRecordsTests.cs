using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Webrana.Sandbox.Launcher.Commands;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What <c>doctor --production</c> finds of the sender's domain, at a name server on loopback.</summary>
public sealed class MailRecordsTests
{
    const string From = "Toko <no-reply@mail.toko.example>";

    // A key longer than one string of a record, as keys are.
    static readonly string Key = new('A', 392);

    [Theory]
    [InlineData("site=1|v=spf1 include:mail.example -all", true, "_dmarc.mail.toko.example", null)]
    [InlineData("v=spf1 -all", true, "_dmarc.toko.example", null)]
    [InlineData("site=1|v=spf10 -all", true, "_dmarc.toko.example", "SPF")]
    [InlineData("v=spf1 -all|v=spf1 ~all", true, "_dmarc.toko.example", "SPF")]
    [InlineData("v=spf1 -all", false, "_dmarc.toko.example", "s1._domainkey.mail.toko.example")]
    [InlineData("v=spf1 -all", true, "_dmarc.other.example", "DMARC")]
    public async Task What_receivers_look_for_is_looked_up_and_what_is_missing_is_named(string atDomain, bool hasKey, string policyAt, string? missing)
    {
        var finding = await LookAsync(new()
        {
            ["mail.toko.example"] = atDomain.Split('|'), ["s1._domainkey.mail.toko.example"] = [$"v=DKIM1; k=rsa; p={(hasKey ? Key : "")}"], [policyAt] = ["v=DMARC1; p=quarantine"],
        });
        Assert.True(finding.Ok == (missing is null), finding.ToString());
        foreach (var record in new[] { "SPF", "s1._domainkey.mail.toko.example", "DMARC" })
            Assert.True(missing is null || finding.Note.Contains(record, StringComparison.Ordinal) == (record == missing), finding.ToString());
    }

    [Fact]
    public async Task A_domain_that_publishes_nothing_lacks_all_three_and_what_cannot_be_asked_is_missing()
    {
        var nothing = await LookAsync(new());
        Assert.False(nothing.Ok);
        foreach (var record in new[] { "SPF", "s1._domainkey.mail.toko.example", "DMARC" }) Assert.Contains(record, nothing.Note, StringComparison.Ordinal);
        Assert.Contains("SMTP_DKIM_SELECTOR", (await MailRecords.LookAsync(From, "")).Note, StringComparison.Ordinal);
        Assert.False((await MailRecords.LookAsync("", "s1")).Ok);
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var nobody = (IPEndPoint)closed.LocalEndpoint;
        closed.Stop();
        Assert.Contains("cannot be asked", (await MailRecords.LookAsync(From, "s1", nobody)).Note, StringComparison.Ordinal);
    }

    static async Task<Finding> LookAsync(Dictionary<string, string[]> records)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var serving = ServeAsync(server, records, over.Token);
        var finding = await MailRecords.LookAsync(From, "s1", (IPEndPoint)server.LocalEndpoint);
        await over.CancelAsync();
        await serving;
        return finding;
    }

    static async Task ServeAsync(TcpListener server, Dictionary<string, string[]> records, CancellationToken over)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync(over);
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, over);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, over);
                await stream.WriteAsync(Answer(question, records), over);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked for: nobody asks any more.
        }
    }

    /// <summary>An alias that is to be passed over, then the texts, each in strings of at most 200 bytes; code 3 for a name that does not exist.</summary>
    static byte[] Answer(byte[] question, Dictionary<string, string[]> records)
    {
        var labels = new List<string>();
        for (var at = 12; question[at] > 0; at += 1 + question[at])
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        var texts = records.GetValueOrDefault(string.Join('.', labels));
        List<byte> answer = [0, 0, .. question];
        (answer[4], answer[5], answer[9]) = (0x81, (byte)(texts is null ? 0x83 : 0x80), (byte)(texts is null ? 0 : texts.Length + 1));
        if (texts is not null)
            Add(5, [0xC0, 12]);
        foreach (var text in texts ?? [])
            Add(16, [.. text.Chunk(200).SelectMany(part => new[] { (byte)part.Length }.Concat(Encoding.ASCII.GetBytes(part)))]);
        var whole = answer.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(whole, (ushort)(whole.Length - 2));
        return whole;

        void Add(byte type, byte[] data)
        {
            byte[] head = [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)(data.Length & 0xFF)];
            answer.AddRange(head);
            answer.AddRange(data);
        }
    }
}
