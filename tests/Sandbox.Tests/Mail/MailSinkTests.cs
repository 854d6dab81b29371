using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Webrana.Sandbox.Control;
using Webrana.Sandbox.Control.Mail;

namespace Webrana.Sandbox.Tests.Mail;

public class MailSinkTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_sent_by_mailkit_is_listed_with_its_texts_newest_first_and_by_recipient()
    {
        await using var control = await ControlHost.StartAsync(new ControlOptions());
        await SendAsync(control, Message("budi@example.test", "Konfirmasi e-mail – Rp 200.000 ✓", "Halo Budi", "<p>Halo <b>Budi</b></p>"));
        await SendAsync(control, Message("sari@example.test", "Kedua", "teks", "<p>teks</p>"));

        var all = await ListAsync(control, "/mail");
        Assert.Equal(["Kedua", "Konfirmasi e-mail – Rp 200.000 ✓"], all.Select(mail => mail.Subject));
        var budi = Assert.Single(await ListAsync(control, "/mail?to=BUDI@example.test"));
        Assert.Equal("budi@example.test", budi.To);
        Assert.Equal("Halo Budi", budi.Text.TrimEnd());
        Assert.Equal("<p>Halo <b>Budi</b></p>", budi.Html.TrimEnd());
        Assert.Empty(await ListAsync(control, "/mail?to=nobody@example.test"));
    }

    [Fact]
    public async Task Lines_that_begin_with_a_dot_arrive_as_they_were_written()
    {
        await using var control = await ControlHost.StartAsync(new ControlOptions());
        await SendAsync(control, Message("a@example.test", "dots", "first\r\n.\r\n..two\r\n.hidden", null));
        Assert.Equal("first\r\n.\r\n..two\r\n.hidden", Assert.Single(await ListAsync(control, "/mail")).Text.ReplaceLineEndings("\r\n").TrimEnd());
    }

    [Fact]
    public async Task A_mail_above_the_limit_is_refused_and_the_conversation_goes_on()
    {
        await using var control = await ControlHost.StartAsync(new ControlOptions { MaximumMailBytes = 4096 });
        using var client = await ConnectAsync(control);
        await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message("a@example.test", "big", new string('x', 10_000), null), Cancellation));
        await client.SendAsync(Message("a@example.test", "small", "x", null), Cancellation);
        Assert.Equal(["small"], (await ListAsync(control, "/mail")).Select(mail => mail.Subject));
    }

    [Fact]
    public async Task A_message_without_an_announced_size_is_cut_off_at_the_limit_too()
    {
        await using var control = await ControlHost.StartAsync(new ControlOptions { MaximumMailBytes = 200 });
        var talk = string.Join("\r\n", "HELO x", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "Subject: big", "", new string('y', 300), ".", "QUIT", "");
        Assert.Equal(["220", "250", "250", "250", "354", "552", "221"], await TalkAsync(control, talk));
        Assert.Empty(await ListAsync(control, "/mail"));
    }

    [Fact]
    public async Task Commands_out_of_order_or_unknown_are_refused_with_the_standard_codes()
    {
        await using var control = await ControlHost.StartAsync(new ControlOptions());
        var talk = string.Join(
            "\r\n", "RCPT TO:<a@b>", "DATA", "MAIL FROM:nobody", "MAIL FROM:<>", "MAIL FROM:<a@b>", "RCPT TO:a", "DATA", "VRFY a", "NOOP", "RSET", "RCPT TO:<a@b>",
            "MAIL FROM:<a@b> SIZE=99999999", "QUIT", "");
        Assert.Equal(["220", "503", "503", "501", "250", "503", "501", "503", "502", "250", "250", "503", "552", "221"], await TalkAsync(control, talk));
    }

    [Fact]
    public async Task Mails_outlive_a_restart_and_a_line_cut_short_by_a_crash_loses_only_itself()
    {
        using var folder = new TemporaryFolder();
        var options = new ControlOptions { StateFile = folder.Combine("mail.json") };
        await using (var control = await ControlHost.StartAsync(options))
        {
            await SendAsync(control, Message("a@example.test", "one", "x", null));
            await SendAsync(control, Message("a@example.test", "two", "x", null));
        }

        await File.AppendAllTextAsync(options.StateFile, """{"Id":3,"To":"a@ex""" + "\n", Cancellation);
        await using var again = await ControlHost.StartAsync(options);
        await SendAsync(again, Message("a@example.test", "three", "x", null));
        var mails = await ListAsync(again, "/mail");
        Assert.Equal(["three", "two", "one"], mails.Select(mail => mail.Subject));
        Assert.Equal(mails.Count, mails.Select(mail => mail.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_page_is_served_and_a_foreign_host_name_is_not_answered()
    {
        await using var control = await ControlHost.StartAsync(new ControlOptions());
        Assert.Contains("<title>Webrana sandbox", await control.Http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/mail") { Headers = { Host = "evil.example" } };
        using var answer = await control.Http.SendAsync(rebound, Cancellation);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    static MimeMessage Message(string to, string subject, string text, string? html) => new(
        [new MailboxAddress("Webrana", "no-reply@webrana.test")],
        [MailboxAddress.Parse(to)],
        subject,
        new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody());

    static async Task<SmtpClient> ConnectAsync(ControlHost control)
    {
        var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", control.SmtpPort, SecureSocketOptions.None, Cancellation);
        return client;
    }

    static async Task SendAsync(ControlHost control, MimeMessage message)
    {
        using var client = await ConnectAsync(control);
        await client.SendAsync(message, Cancellation);
        await client.DisconnectAsync(quit: true, Cancellation);
    }

    static async Task<IReadOnlyList<ReceivedMail>> ListAsync(ControlHost control, string path) =>
        (await control.Http.GetFromJsonAsync<ReceivedMail[]>(path, Cancellation))!;

    /// <summary>Says everything at once (PIPELINING) and returns the codes of the answers.</summary>
    static async Task<IReadOnlyList<string>> TalkAsync(ControlHost control, string talk)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", control.SmtpPort, Cancellation);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(talk), Cancellation);
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync(Cancellation);
        return [.. answers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line[..3])];
    }
}
