using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Data.Reconciliation;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Customers and their servers, as the tests need them.</summary>
public static class Servers
{
    public const long PriceIdr = 129_000;

    public static readonly UserId Nobody = new(Guid.Empty);

    /// <summary>A customer with money and an address.</summary>
    public static async Task<UserId> CustomerAsync(this WebranaCluster cluster, long balanceIdr)
    {
        var user = new UserId(Guid.NewGuid());
        await cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user))
            .PutContact(new AccountContact(user, $"{user}@example.test", "Budi", null, "id"));
        if (balanceIdr > 0)
            await cluster.CreditAsync(user, balanceIdr);
        return user;
    }

    public static async Task CreditAsync(this WebranaCluster cluster, UserId user, long amountIdr)
    {
        var id = $"test:{Guid.NewGuid():N}";
        var credited = await cluster.Wallet(user).Credit(new CreditCommand(
            id, amountIdr, new PostingReference(ReferenceType.Adjustment, id, ContraAccount.Adjustment, "Test")));
        Assert.True(credited.IsOk, credited.Error?.ToString());
    }

    public static PlaceOrder Order(UserId owner, string? name = null, BillingPeriod period = BillingPeriod.Monthly, bool autoRenew = true) => new(
        owner, "basic-1", "sgp1", "ubuntu-24-04-x64", name ?? $"web-{Guid.NewGuid():N}"[..12], period, autoRenew, [], null, $"user:{owner}");

    public static InstanceId NewInstance() => new(Guid.NewGuid());

    /// <summary>A server that runs and is paid for.</summary>
    public static async Task<(InstanceId Instance, IDropletGrain Droplet)> RunningServerAsync(
        this WebranaCluster cluster, UserId owner, BillingPeriod period = BillingPeriod.Monthly, bool autoRenew = true)
    {
        var instance = NewInstance();
        var droplet = cluster.Droplet(instance);
        var ordered = await droplet.Order(Order(owner, period: period, autoRenew: autoRenew));
        Assert.True(ordered.IsOk, ordered.Error?.ToString());
        await droplet.Becomes(DropletStatus.Running);
        return (instance, droplet);
    }

    /// <summary>Waits until the server's view is as wanted. The loop works behind the calls and signals nobody in here.</summary>
    public static Task<DropletView> Becomes(this IDropletGrain droplet, Func<DropletView, bool> wanted, string what, TimeSpan? patience = null) =>
        Eventually.Async(async () => (await droplet.Get()).Value!, view => view is not null && wanted(view), patience ?? WebranaCluster.Patience, what);

    public static Task<DropletView> Becomes(this IDropletGrain droplet, DropletStatus status, TimeSpan? patience = null) =>
        droplet.Becomes(view => view.Status == status, $"the server is {status}", patience);

    public static Task<DropletView> Settles(this IDropletGrain droplet, DropletStatus status) =>
        droplet.Becomes(view => view.Status == status && view.RunningAction is null, $"the server is {status} and idle");

    public static async Task<WalletView> MoneyAsync(this WebranaCluster cluster, UserId user) => await cluster.Wallet(user).Get();

    public static Task<long> CountAsync(this WebranaCluster cluster, string sql) => cluster.Database.ScalarAsync<long>(sql);

    /// <summary>How many customer-visible rows of an operation prefix there are.</summary>
    public static Task<long> PostingsAsync(this WebranaCluster cluster, string operationPrefix) =>
        cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE '{operationPrefix}%'");

    /// <summary>How many droplets carry this instance's tag at the provider.</summary>
    public static async Task<int> AtProviderAsync(this WebranaCluster cluster, InstanceId instance)
    {
        var listed = await Client(cluster).ListAllDropletsAsync(Tag(instance));
        return listed.TryGetValue(out var droplets) ? droplets.Count : throw new InvalidOperationException(listed.ToString());
    }

    /// <summary>The droplet as the provider shows it.</summary>
    public static async Task<Webrana.DigitalOcean.Droplet> ProviderDropletAsync(this WebranaCluster cluster, IDropletGrain droplet)
    {
        var got = await Client(cluster).GetDropletAsync((await droplet.Get()).Value!.ProviderDropletId!.Value);
        return got.TryGetValue(out var found) ? found : throw new InvalidOperationException(got.ToString());
    }

    /// <summary>A second droplet under this instance's tag, made by hand.</summary>
    public static async Task<Webrana.DigitalOcean.Droplet> MakeAnotherAsync(this WebranaCluster cluster, InstanceId instance)
    {
        var created = await Client(cluster).CreateDropletAsync(
            new Webrana.DigitalOcean.DropletCreate { Name = "by-hand", Size = "s-1vcpu-1gb", Image = "ubuntu-24-04-x64", Region = "sgp1", Tags = [Tag(instance)] },
            Webrana.DigitalOcean.SendDeadline.None);
        return created.TryGetValue(out var made) ? made.Droplet : throw new InvalidOperationException(created.ToString());
    }

    /// <summary>Waits until nothing goes on behind the calls, changes the stored record, and forgets what is in memory.</summary>
    /// <param name="payload">An SQL expression of the payload.</param>
    public static async Task RewriteAsync(this WebranaCluster cluster, InstanceId instance, string payload, string columns = "due_at = NULL")
    {
        await Eventually.Async(
            () => cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload ->> 'workAt' IS NULL"), idle => idle == 1,
            WebranaCluster.Patience, "it is idle");
        // The record first: whoever wakes it reads that.
        await cluster.Database.ExecuteAsync($"UPDATE grain_state SET payload = {payload}, {columns}, version = version + 1 WHERE key = 'droplet:{instance}'");
        await cluster.Orleans.DeactivateAsync(cluster.Droplet(instance));
    }

    /// <summary>Takes our tag off a droplet behind our back.</summary>
    public static async Task UntagAsync(this WebranaCluster cluster, long dropletId, InstanceId instance)
    {
        using var http = new HttpClient { BaseAddress = cluster.Cloud.BaseUrl };
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v2/tags/{Tag(instance)}/resources");
        request.Headers.Authorization = new("Bearer", cluster.Cloud.Token);
        request.Content = JsonContent.Create(new { resources = new[] { new { resource_id = $"{dropletId}", resource_type = "droplet" } } });
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As if somebody used the provider's own panel: seen to its end, for a droplet is still listed while it is being destroyed.</summary>
    public static async Task DestroyBehindOurBackAsync(this WebranaCluster cluster, long dropletId)
    {
        Assert.True((await Client(cluster).DeleteDropletAsync(dropletId)).TryGetValue(out _));
        await Eventually.Async(
            async () => (await Client(cluster).GetDropletAsync(dropletId)).WhyRefused is { IsNotFound: true }, WebranaCluster.Patience, "it is gone there");
    }

    /// <summary>Switched off in the provider's own panel, seen to its end.</summary>
    public static async Task PowerOffBehindOurBackAsync(this WebranaCluster cluster, IDropletGrain droplet)
    {
        var id = (await droplet.Get()).Value!.ProviderDropletId!.Value;
        Assert.True((await Client(cluster).StartActionAsync(id, Webrana.DigitalOcean.DropletActionRequest.PowerOff, Webrana.DigitalOcean.SendDeadline.None)).TryGetValue(out _));
        await Eventually.Async(
            async () => (await cluster.ProviderDropletAsync(droplet)).Status, status => status == Webrana.DigitalOcean.DropletStatus.Off, WebranaCluster.Patience, "it is off there");
    }

    static string Tag(InstanceId instance) => $"webrana-test-{instance}";

    static Webrana.DigitalOcean.DigitalOceanClient Client(WebranaCluster cluster) =>
        cluster.Services.GetRequiredService<ProviderClients>().For("primary");

    /// <summary>As if the mail server had taken the warnings of the periods up to this one.</summary>
    public static Task DeliverWarningsAsync(this WebranaCluster cluster, InstanceId instance, int period) => cluster.Database.ExecuteAsync($"""
        INSERT INTO warning_deliveries SELECT 'droplet:{instance}:short:' || n || ':' || stage, '2000-01-01'
        FROM generate_series(2, {period}) n, unnest(ARRAY['last', 'gone']) stage ON CONFLICT DO NOTHING
        """);

    /// <summary>Wakes it until nothing more is due.</summary>
    public static async Task WakeAllAsync(this IDropletGrain droplet)
    {
        for (var i = 0; await droplet.Wake() == Webrana.Contracts.Sweeping.WakeOutcome.MoreDue; i++)
            Assert.True(i < 50);
    }

    /// <summary>Waits until an image is all that is left of it.</summary>
    public static Task IsHibernatedAsync(this WebranaCluster cluster, InstanceId instance) => Eventually.Async(
        async () => await cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload->>'phase' = 'Hibernated' AND payload->'hibernation'->>'restore' IS NULL") == 1,
        WebranaCluster.Patience, "it is hibernated");

    /// <summary>Images kept for this instance at the provider.</summary>
    public static async Task<List<string>> ImagesOfAsync(this WebranaCluster cluster, InstanceId instance)
    {
        using var http = new HttpClient { BaseAddress = cluster.Cloud.BaseUrl };
        http.DefaultRequestHeaders.Authorization = new("Bearer", cluster.Cloud.Token);
        var read = await http.GetFromJsonAsync<System.Text.Json.JsonElement>("/v2/snapshots?per_page=200");
        return [.. read.GetProperty("snapshots").EnumerateArray().Select(item => item.GetProperty("name").GetString()!).Where(name => name.Contains(instance.ToString(), StringComparison.Ordinal))];
    }

    /// <summary>Its subscription's commands.</summary>
    public static IDropletBillingGrain Billing(this WebranaCluster cluster, InstanceId instance) =>
        cluster.Grains.GetGrain<IDropletBillingGrain>(GrainKeys.Droplet(instance));

    /// <summary>What must hold after everything: the ledger adds up, and no money is left on hold.</summary>
    public static async Task AssertSoundAsync(this WebranaCluster cluster)
    {
        // Of a server of another test, renewed or restored behind this one by a turned clock, it may still be on its way.
        await Eventually.Async(() => cluster.CountAsync("SELECT count(*) FROM wallets WHERE held <> 0"), held => held == 0, WebranaCluster.Patience, "no money is left on hold");
        Assert.Equal(0, await cluster.CountAsync(
            "SELECT count(*) FROM wallets w WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM wallet_transactions t WHERE t.wallet_id = w.wallet_id)"));
    }

    /// <summary>
    /// Waits until these questions about everybody's books find nothing, however young it is. They are about a shop at rest: a turned clock
    /// renews the servers of the tests before behind this one, and between a charge and its note they differ.
    /// </summary>
    public static async Task FindNothingAsync(this WebranaCluster cluster, params string[] questions) => await Eventually.Async(
        async () =>
        {
            var findings = await new BooksCheck(cluster.Sources).RunAsync(cluster.Clock.GetUtcNow().AddDays(1), TestContext.Current.CancellationToken);
            return string.Join("; ", questions.Select(name => findings.Single(finding => finding.Name == name)).Where(finding => finding.Examples.Count > 0)
                .Select(finding => $"{finding.Name}: {string.Join(", ", finding.Examples)}"));
        },
        found => found.Length == 0, WebranaCluster.Patience, "the books agree");
}
