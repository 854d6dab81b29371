using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.Api.Alarms;
using Webrana.Api.Tests.Support;
using Webrana.Api.Tests.Webhooks;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Providers;

namespace Webrana.Api.Tests.Admin;

/// <summary>The whole product with somebody at its alarms' webhook; its watch goes round when a test says so.</summary>
sealed class AlarmHost : IAsyncDisposable
{
    AlarmHost(ApiHost host, AlarmReceiver webhook, ConcurrentQueue<string> logs) => (Host, Webhook, Logs) = (host, webhook, logs);

    public ApiHost Host { get; }

    public AlarmReceiver Webhook { get; }

    /// <summary>What came to the webhook.</summary>
    public ConcurrentQueue<(string Body, string? Signature)> Posted => Webhook.Posted;

    /// <summary>Every line that the API logged.</summary>
    public ConcurrentQueue<string> Logs { get; }

    public AlarmWatch Watch => Host.Services.GetRequiredService<AlarmWatch>();

    public SettlementWatch Settlement => Host.Services.GetRequiredService<SettlementWatch>();

    public IDigitalOceanAccountGrain Primary => Host.Cluster.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount("primary"));

    public static async Task<AlarmHost> StartAsync()
    {
        var webhook = await AlarmReceiver.StartAsync();
        var logs = new ConcurrentQueue<string>();
        var host = await ApiHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["Desk:AlarmWebhookUrl"] = webhook.Address, ["Desk:AlarmWebhookKey"] = AlarmReceiver.Key, ["Desk:AlarmEverySeconds"] = "3600",
                ["DigitalOcean:HealthMs"] = "200", ["DigitalOcean:SweepMs"] = "200",
                // As somebody who looks for a fault would set it.
                ["Logging:LogLevel:System.Net.Http"] = "Trace",
            },
            services => services.AddLogging(log => log.AddProvider(new LogWatcher(logs))));
        return new AlarmHost(host, webhook, logs);
    }

    /// <summary>A round of the watch without the books.</summary>
    /// <returns>How many messages left.</returns>
    public Task<int> RoundAsync() => Watch.RunOnceAsync(books: false, TestContext.Current.CancellationToken);

    public Task<long> MailsAsync(TestUser admin, string kind = "ShopAlarm") =>
        Host.Database.ScalarAsync<long>($"SELECT count(*) FROM notices WHERE user_id = '{admin.Id}' AND kind = '{kind}'", TestContext.Current.CancellationToken);

    public Task<int> ExecuteAsync(string sql) => Host.Database.ExecuteAsync(sql, TestContext.Current.CancellationToken);

    // Of a deposit that nobody has made: whenever the inbox's own worker comes by it tells in vain, and gives up after an hour only.
    public Task<int> StuckCallbackAsync()
    {
        var body = Callback.BodyOf("DEV-T1", MerchantRef.For(new DepositId(Guid.NewGuid())), 50_000);
        return ExecuteAsync(
            $"""
            INSERT INTO payment_inbox (reference, status, body_sha256, body, received_at)
            VALUES ('DEV-T1', 'PAID', sha256(convert_to('{body}', 'UTF8')), convert_to('{body}', 'UTF8'), now() - interval '3 minutes')
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Webhook.DisposeAsync();
    }
}
