using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Billing;
using Webrana.Data.Network;
using Webrana.Data.Notices;
using Webrana.Data.Protection;
using Webrana.Domain.Notifications;
using Webrana.Grains.Notifications.Webhooks;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;

namespace Webrana.Grains.Tests.Notifications;

/// <summary>The other ways to a customer, each against a server on loopback that speaks its protocol. Its own cluster, because the clock is turned.</summary>
public sealed class ChannelTests : IAsyncLifetime
{
    const string Token = "42:stand-in";

    Receiver? _hook;
    Receiver? _telegram;
    WebranaCluster? _cluster;

    WebranaCluster Cluster => _cluster!;

    Receiver Hook => _hook!;

    Receiver Telegram => _telegram!;

    public async ValueTask InitializeAsync()
    {
        (_hook, _telegram) = (await Receiver.StartAsync(), await Receiver.StartAsync());
        _cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
        {
            ["Webhooks:AllowPrivateAddresses"] = "true",
            ["Telegram:Token"] = Token,
            ["Telegram:BotName"] = "webrana_bot",
            ["Telegram:BaseUrl"] = Telegram.Address,
            // Read by the test itself.
            ["Telegram:PollMs"] = "86400000",
            ["Web:PublicUrl"] = "https://webrana.example",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Hook.DisposeAsync();
        await Telegram.DisposeAsync();
    }

    IAccountGrain Account(UserId user) => Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user));

    Data.Notices.Webhooks Webhooks => Cluster.Services.GetRequiredService<Data.Notices.Webhooks>();

    [Fact]
    public async Task A_webhook_is_called_with_a_signature_for_what_it_asked_for_and_again_under_the_same_id()
    {
        var (user, webhook) = await HookAsync("deposit.paid");
        Hook.Answer = (_, _) => (500, "broken");
        await Account(user).Notify(Notice.Renewed("r-1", new InstanceId(Guid.NewGuid()), "web-1", 1, DateTimeOffset.UnixEpoch)); // Not asked for.
        await Account(user).Notify(Notice.DepositPaid("d-1", 150_000, 150_000));
        await Cluster.SweepAsync();
        await Webrana.Testing.Eventually.Async(async () => (await Webhooks.FindAsync(webhook))!.FailingSince is not null, WebranaCluster.Patience, "the failure is noted");

        Hook.Answer = (_, _) => (200, "thanks");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(1));
        await Cluster.SweepAsync();
        await Webrana.Testing.Eventually.Async(async () => (await Webhooks.FindAsync(webhook))!.FailingSince is null, WebranaCluster.Patience, "it works");

        var calls = Hook.Received.ToList();
        Assert.Equal(2, calls.Count);
        Assert.Single(calls.Select(call => call.Headers["Webrana-Event-Id"]).Distinct());
        Assert.Equal(["1", "2"], calls.Select(call => call.Headers["Webrana-Attempt"]));
        foreach (var call in calls)
        {
            var parts = call.Headers["Webrana-Signature"].Split(',').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes("whsec_test"), Encoding.UTF8.GetBytes($"{parts["t"]}.{call.Body}"));
            Assert.Equal(Convert.ToHexStringLower(mac), parts["v1"]);
            Assert.True(long.Parse(parts["t"], CultureInfo.InvariantCulture) > 1_700_000_000);
            var body = JsonNode.Parse(call.Body)!;
            Assert.Equal("deposit.paid", (string?)body["type"]);
            Assert.Equal(150_000, (long)body["data"]!["amount"]!);
            Assert.Equal(call.Headers["Webrana-Event-Id"], (string?)body["id"]);
        }

        // What became of the attempt is noted after the webhook itself.
        var log = await Webrana.Testing.Eventually.Async(
            async () => Assert.Single((await Cluster.Services.GetRequiredService<Data.Notices.Outbox>().OfWebhookAsync(webhook, 10, null, TestContext.Current.CancellationToken)).Rows),
            row => row.Stage == DeliveryStage.Accepted, WebranaCluster.Patience, "the attempt is noted");
        Assert.Equal(2, log.Attempts);
        Assert.StartsWith("200 in ", log.Answer, StringComparison.Ordinal);
        Assert.EndsWith(": thanks", log.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_only_failed_for_three_days_is_switched_off_and_its_owner_told()
    {
        var (user, webhook) = await HookAsync("deposit.paid");
        Hook.Answer = (_, _) => (503, "");
        await Account(user).Notify(Notice.DepositPaid("d-1", 1, 1));
        await Cluster.SweepAsync();
        await TriedAsync(webhook, "d-1", 1);
        for (var attempt = 2; attempt <= DeliverySchedule.FewestAttempts; attempt++)
        {
            Assert.True((await Webhooks.FindAsync(webhook, TestContext.Current.CancellationToken))!.Active);
            if (attempt == DeliverySchedule.FewestAttempts)
            {
                // One more that waits for it when it goes.
                await Account(user).Notify(Notice.DepositPaid("d-2", 1, 1));
                await Cluster.SweepAsync();
                await TriedAsync(webhook, "d-2", 1);
            }

            await Cluster.TurnAsync(TimeSpan.FromHours(7));
            await Cluster.SweepAsync();
            await TriedAsync(webhook, "d-1", attempt);
        }

        Assert.False((await Webhooks.FindAsync(webhook, TestContext.Current.CancellationToken))!.Active);
        await Webrana.Testing.Eventually.Async(
            async () => (await new NoticeRows(Cluster.Sources).PanelAsync(user.Value, ["WebhookDisabled"], false, 10, null)).Rows.Count == 1, WebranaCluster.Patience, "its owner knows");

        // Off, nothing is queued for it; what waited is refused; on again, it has no past.
        await Account(user).Notify(Notice.DepositPaid("d-3", 1, 1));
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        await Cluster.SweepAsync();
        var rows = (await Cluster.Services.GetRequiredService<Data.Notices.Outbox>().OfWebhookAsync(webhook, 10, null, TestContext.Current.CancellationToken)).Rows;
        Assert.Equal([DeliveryStage.Refused, DeliveryStage.GivenUp], rows.Select(row => row.Stage));
        Assert.True(await Webhooks.ChangeAsync(user.Value, webhook, Hook.Address, [], true, TestContext.Current.CancellationToken));
        Assert.Null((await Webhooks.FindAsync(webhook, TestContext.Current.CancellationToken))!.FailingSince);
    }

    [Fact]
    public async Task A_webhook_is_not_switched_off_for_the_days_in_which_we_were_away()
    {
        var (user, webhook) = await HookAsync("deposit.paid");
        Hook.Answer = (_, _) => (503, "");
        await Account(user).Notify(Notice.DepositPaid("d-1", 1, 1));
        await Cluster.SweepAsync();
        await TriedAsync(webhook, "d-1", 1);

        await Cluster.TurnAsync(TimeSpan.FromDays(4));
        await Cluster.SweepAsync();
        await TriedAsync(webhook, "d-1", 2);
        Assert.True((await Webhooks.FindAsync(webhook, TestContext.Current.CancellationToken))!.Active);

        Hook.Answer = (_, _) => (200, "");
        await Cluster.TurnAsync(TimeSpan.FromHours(1));
        await Cluster.SweepAsync();
        await TriedAsync(webhook, "d-1", 3);
        Assert.Null((await Webhooks.FindAsync(webhook, TestContext.Current.CancellationToken))!.FailingSince);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("https://localhost:1/")]
    [InlineData("https://169.254.169.254/metadata/v1/")]
    [InlineData("https://[::1]:1/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("http://hooks.example.com/")]
    [InlineData("https://user:secret@hooks.example.com/")]
    public async Task Nothing_of_our_own_network_is_ever_connected_to(string url)
    {
        using var door = new WebhookDoor(Options.Create(new WebhookOptions()));
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => door.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.True(refused is WebhookRefusedException || refused.InnerException is WebhookRefusedException, refused.ToString());
    }

    [Fact]
    public void Addresses_of_every_reserved_network_are_not_public()
    {
        Assert.All(
            new[] { "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "::ffff:10.0.0.1", "fe80::1", "64:ff9b::a00:1" },
            address => Assert.False(PublicAddresses.Contain(IPAddress.Parse(address)), address));
        Assert.True(PublicAddresses.Contain(IPAddress.Parse("1.1.1.1")));
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        var (user, webhook) = await HookAsync();
        Hook.Answer = (_, _) => (302, "");
        await Account(user).Notify(Notice.DepositPaid("d-1", 1, 1));
        await Cluster.SweepAsync();
        await Webrana.Testing.Eventually.Async(async () => (await Webhooks.FindAsync(webhook))!.FailingSince is not null, WebranaCluster.Patience, "it failed");
        Assert.Single(Hook.Received);
    }

    [Fact]
    public async Task A_chat_is_linked_by_a_code_once_gets_the_notices_and_is_let_go_when_it_blocks_the_bot()
    {
        var user = await Cluster.CustomerAsync(0);
        var codes = Cluster.Services.GetRequiredService<TelegramCodes>();
        var code = await codes.NewAsync(user.Value, Cluster.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        var updates = new Queue<string>([
            """{"ok":true,"result":[{"update_id":7,"message":{"message_id":1,"chat":{"id":555,"type":"private","username":"budi"},"text":"/start CODE"}}]}""".Replace("CODE", code, StringComparison.Ordinal),
            """{"ok":true,"result":[{"update_id":8,"message":{"message_id":2,"chat":{"id":666,"type":"private","first_name":"Eve"},"text":"CODE"}}]}""".Replace("CODE", code, StringComparison.Ordinal),
        ]);
        Telegram.Answer = (path, _) => path.EndsWith("/getUpdates", StringComparison.Ordinal)
            ? (200, updates.TryDequeue(out var next) ? next : """{"ok":true,"result":[]}""")
            : (200, """{"ok":true,"result":{"message_id":99,"chat":{"id":555,"type":"private"}}}""");
        var bot = Cluster.Grains.GetGrain<ITelegramBotGrain>(GrainKeys.TelegramBot);
        Assert.Equal(1, await bot.Listen());
        Assert.Equal(1, await bot.Listen());
        Assert.Equal(0, await bot.Listen());
        Assert.Equal("@budi", (await Account(user).GetPreferences()).Value!.Telegram);
        var said = Telegram.Received.Where(call => call.Path.EndsWith("/sendMessage", StringComparison.Ordinal)).Select(call => JsonNode.Parse(call.Body)!).ToList();
        Assert.StartsWith("Terhubung", (string?)said[0]["text"], StringComparison.Ordinal);
        Assert.Equal(666, (long)said[1]["chat_id"]!);
        Assert.StartsWith("Kode ini tidak dikenal", (string?)said[1]["text"], StringComparison.Ordinal);
        Assert.All(Telegram.Received, call => Assert.StartsWith($"/bot{Token}/", call.Path, StringComparison.Ordinal));
        Assert.Equal(9, (long)JsonNode.Parse(Telegram.Received.Last(call => call.Path.EndsWith("/getUpdates", StringComparison.Ordinal)).Body)!["offset"]!);

        await Account(user).Notify(Notice.DepositPaid("d-1", 150_000, 150_000));
        await Cluster.SweepAsync();
        var message = await Webrana.Testing.Eventually.Async(
            () => Task.FromResult(Telegram.Received.FirstOrDefault(call => call.Body.Contains("150.000", StringComparison.Ordinal)).Body), body => body is not null, WebranaCluster.Patience, "it is told");
        Assert.Equal("HTML", (string?)JsonNode.Parse(message!)!["parse_mode"]);
        Assert.Contains("<b>Rp 150.000 sudah masuk ke saldo Anda</b>", JsonSerializer.Deserialize<JsonElement>(message!).GetProperty("text").GetString(), StringComparison.Ordinal);

        // A chat has it; but of nothing that cannot be undone is that a delivery: nobody knows who reads there.
        var warning = $"droplet:{Guid.NewGuid()}:last";
        await Account(user).Notify(Notice.FinalWarning(warning, new InstanceId(Guid.NewGuid()), "web-1", Cluster.Clock.GetUtcNow().AddDays(1)));
        await Cluster.SweepAsync();
        await Webrana.Testing.Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notice_deliveries d JOIN notices n ON n.id = d.notice WHERE n.notice_id = '{warning}' AND d.channel = {(int)Data.Notices.DeliveryChannel.Telegram} AND d.stage = {(int)Data.Notices.DeliveryStage.Accepted}"),
            taken => taken == 1, WebranaCluster.Patience, "the chat took it");
        Assert.Null(await Cluster.Services.GetRequiredService<NoticeDeliveries>().FindAsync(warning));

        Telegram.Answer = (_, _) => (403, """{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}""");
        await Account(user).Notify(Notice.DepositPaid("d-2", 1, 1));
        await Cluster.SweepAsync();
        await Webrana.Testing.Eventually.Async(async () => (await Account(user).GetPreferences()).Value!.Telegram is null, WebranaCluster.Patience, "the chat is let go");
    }

    /// <summary>A delivery was tried so often, by the sweeps here or by the silo's own courier, and what came of it is noted.</summary>
    Task<long> TriedAsync(Guid webhook, string notice, int attempts) => Webrana.Testing.Eventually.Async(
        () => Cluster.CountAsync($"""
            SELECT count(*) FROM notice_deliveries d JOIN notices n ON n.id = d.notice
            WHERE d.target = '{webhook:D}' AND n.notice_id = '{notice}' AND d.attempts >= {attempts} AND d.leased_until IS NULL
            """),
        noted => noted == 1, WebranaCluster.Patience, $"attempt {attempts} is noted");

    async Task<(UserId User, Guid Webhook)> HookAsync(params string[] events)
    {
        var user = await Cluster.CustomerAsync(0);
        var id = Guid.NewGuid();
        var secret = Cluster.Services.GetRequiredService<WebhookSeal>().Seal("whsec_test");
        Assert.True(await Webhooks.AddAsync(new WebhookRow(id, user.Value, Hook.Address + "/hook", secret, events, true, null, Cluster.Clock.GetUtcNow())));
        return (user, id);
    }
}
