using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Accounts;
using Webrana.Api.Security;
using Webrana.Api.Tests.Promos;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using Webrana.Wire.Papers;
using Webrana.Wire.Security;
using Webrana.Wire.SshKeys;
using Webrana.Wire.Webhooks;

namespace Webrana.Api.Tests.Security;

/// <summary>
/// One of everything that a route can name, of one customer who exists for this alone and is used up by it; and what the desk looks at. A route whose path
/// names something has an entry in <see cref="Fillings"/>, or the matrix test fails: whoever adds a route says here what its owner has.
/// </summary>
sealed record RouteObjects(
    TestUser Owner, string Server, string Action, string Snapshot, string Deposit, string Paper, string SshKey, string Webhook, string ApiToken, string Device,
    string Passkey, string Promo)
{
    static readonly Func<RouteObjects, string> OfServer = has => has.Server;
    static readonly Func<RouteObjects, string> OfOwner = has => has.Owner.Id.ToString();
    static readonly Func<RouteObjects, string> OfPromo = has => has.Promo;
    static readonly Func<RouteObjects, string> OfWebhook = has => has.Webhook;
    static readonly Func<RouteObjects, string> OfPaper = has => has.Paper;

    static readonly Func<RouteObjects, string> Plan = _ => Scenario.PlanId;

    // Routes that only write: what the desk sends there is refused before anything is looked for.
    static readonly Func<RouteObjects, string> Nothing = _ => Guid.Empty.ToString();

    /// <summary>Path by path, what fills its names in their order.</summary>
    public static readonly IReadOnlyDictionary<string, Func<RouteObjects, string>[]> Fillings = new Dictionary<string, Func<RouteObjects, string>[]>
    {
        ["/api/v1/legal/{document}"] = [_ => "terms"],
        ["/api/v1/me/sessions/{id}"] = [has => has.Device],
        ["/api/v1/me/passkeys/{id}"] = [has => has.Passkey],
        ["/api/v1/api-tokens/{id}"] = [has => has.ApiToken],
        ["/api/v1/ssh-keys/{id}"] = [has => has.SshKey],
        ["/api/v1/wallet/deposits/{id}"] = [has => has.Deposit],
        ["/api/v1/invoices/{id}"] = [OfPaper],
        ["/api/v1/invoices/{id}/pdf"] = [OfPaper],
        ["/api/v1/webhooks/{id}"] = [OfWebhook],
        ["/api/v1/webhooks/{id}/secret"] = [OfWebhook],
        ["/api/v1/webhooks/{id}/ping"] = [OfWebhook],
        ["/api/v1/webhooks/{id}/deliveries"] = [OfWebhook],
        ["/api/v1/orders/{id}"] = [OfServer],
        ["/api/v1/orders/{id}/retry"] = [OfServer],
        ["/api/v1/orders/{id}/cancel"] = [OfServer],
        ["/api/v1/instances/{id}"] = [OfServer],
        ["/api/v1/instances/{id}/power-on"] = [OfServer],
        ["/api/v1/instances/{id}/power-off"] = [OfServer],
        ["/api/v1/instances/{id}/shutdown"] = [OfServer],
        ["/api/v1/instances/{id}/reboot"] = [OfServer],
        ["/api/v1/instances/{id}/reset-password"] = [OfServer],
        ["/api/v1/instances/{id}/rebuild"] = [OfServer],
        ["/api/v1/instances/{id}/rebuild-options"] = [OfServer],
        ["/api/v1/instances/{id}/resize"] = [OfServer],
        ["/api/v1/instances/{id}/resize/quote"] = [OfServer],
        ["/api/v1/instances/{id}/resize-options"] = [OfServer],
        ["/api/v1/instances/{id}/deletion"] = [OfServer],
        ["/api/v1/instances/{id}/actions/{actionId}"] = [OfServer, has => has.Action],
        ["/api/v1/instances/{id}/activity"] = [OfServer],
        ["/api/v1/instances/{id}/metrics"] = [OfServer],
        ["/api/v1/instances/{id}/console"] = [OfServer],
        ["/api/v1/instances/{id}/access"] = [OfServer],
        ["/api/v1/instances/{id}/credentials"] = [OfServer],
        ["/api/v1/instances/{id}/firewall"] = [OfServer],
        ["/api/v1/instances/{id}/network"] = [OfServer],
        ["/api/v1/instances/{id}/ipv6"] = [OfServer],
        ["/api/v1/instances/{id}/snapshots"] = [OfServer],
        ["/api/v1/instances/{id}/snapshots/{snapshotId}"] = [OfServer, has => has.Snapshot],
        ["/api/v1/instances/{id}/snapshots/{snapshotId}/restore"] = [OfServer, has => has.Snapshot],
        ["/api/v1/instances/{id}/backups"] = [OfServer],
        ["/api/v1/instances/{id}/backups/enable"] = [OfServer],
        ["/api/v1/instances/{id}/backups/disable"] = [OfServer],
        ["/api/v1/instances/{id}/backups/policy"] = [OfServer],
        // The first backup comes after a day: which one it is, is looked at behind the answer, and whose server it is before it.
        ["/api/v1/instances/{id}/backups/{backupId}/restore"] = [OfServer, has => has.Snapshot],
        ["/api/v1/instances/{id}/billing"] = [OfServer],
        ["/api/v1/instances/{id}/renew"] = [OfServer],
        ["/api/v1/instances/{id}/restore"] = [OfServer],

        ["/internal/users/{id}"] = [OfOwner],
        ["/internal/users/{id}/timeline"] = [OfOwner],
        ["/internal/users/{id}/limits"] = [OfOwner],
        ["/internal/users/{id}/roles"] = [OfOwner],
        ["/internal/users/{id}/freeze"] = [OfOwner],
        ["/internal/users/{id}/unfreeze"] = [OfOwner],
        ["/internal/users/{id}/two-factor/disable"] = [OfOwner],
        ["/internal/wallets/{userId}"] = [OfOwner],
        ["/internal/wallets/{userId}/transactions"] = [OfOwner],
        ["/internal/wallets/{userId}/adjustments"] = [OfOwner],
        ["/internal/wallets/{userId}/payouts"] = [OfOwner],
        ["/internal/instances/{id}"] = [OfServer],
        ["/internal/instances/{id}/timeline"] = [OfServer],
        ["/internal/instances/{id}/suspend"] = [OfServer],
        ["/internal/instances/{id}/unsuspend"] = [OfServer],
        ["/internal/instances/{id}/consoles"] = [OfServer],
        ["/internal/stuck-orders/{id}/retry"] = [OfServer],
        ["/internal/stuck-orders/{id}/fail"] = [OfServer],
        ["/internal/plans/{id}"] = [Plan],
        ["/internal/plans/{id}/pricing"] = [Plan],
        ["/internal/promos/{id}"] = [OfPromo],
        ["/internal/promos/{id}/usage"] = [OfPromo],
        ["/internal/promos/{id}/usage.csv"] = [OfPromo],
        ["/internal/promos/{id}/versions"] = [OfPromo],
        ["/internal/promos/reviews/{userId}"] = [OfOwner],
        ["/internal/reports/{id}"] = [_ => "revenue"],
        ["/internal/reports/{id}/csv"] = [_ => "revenue"],
        ["/internal/switches/{id}"] = [_ => "SALES"],
        ["/internal/digitalocean/accounts/{id}/token"] = [Nothing],
        ["/internal/digitalocean/accounts/{id}/enable"] = [Nothing],
        ["/internal/digitalocean/accounts/{id}/drain"] = [Nothing],
        ["/internal/digitalocean/accounts/{id}/disable"] = [Nothing],
        ["/internal/money-requests/{id}/approve"] = [Nothing],
        ["/internal/money-requests/{id}/refuse"] = [Nothing],
        ["/internal/payment-cases/{id}/resolve"] = [Nothing],
        ["/internal/outbox/{id}/resend"] = [Nothing],
    };

    /// <summary>The path with what is there, or null: nobody has said what that is.</summary>
    public string? Fill(string path)
    {
        if (!path.Contains('{', StringComparison.Ordinal)) return path;
        if (!Fillings.TryGetValue(path, out var values)) return null;
        var at = 0;
        return System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", _ => values[at++](this));
    }

    public static async Task<RouteObjects> PrepareAsync(ApiHost host)
    {
        var owner = await host.NewCustomerAsync();
        var deposit = await Scenario.PayAsync(host, owner, 200_000, "BRIVA", null, 200_000);
        var order = await owner.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(owner, order.InstanceId, InstanceStatus.Running);
        var server = $"/api/v1/instances/{order.InstanceId}";
        var taken = await owner.Http.PostAsync($"{server}/snapshots", new TakeSnapshotRequest("matriks")).ReadAsync<ActionAccepted>(HttpStatusCode.Accepted);
        var snapshots = await Eventually.Async(
            () => owner.Http.GetAsync($"{server}/snapshots").ReadAsync<InstanceSnapshots>(), all => all.Items.Count == 1, ApiHost.Patience, "there is a snapshot",
            TestContext.Current.CancellationToken);
        await Scenario.UntilAsync(owner, order.InstanceId, InstanceStatus.Running);
        var papers = await Eventually.Async(
            () => owner.Http.GetAsync("/api/v1/invoices").ReadAsync<Page<Invoice>>(), page => page.Items.Count > 0, ApiHost.Patience, "there is a paper",
            TestContext.Current.CancellationToken);
        const string line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 dewi@laptop";
        var key = await owner.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest("matriks", line)).ReadAsync<SshKey>(HttpStatusCode.Created);
        var webhook = await owner.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest("https://hooks.example.com/x")).ReadAsync<WebhookCreated>(HttpStatusCode.Created);
        var token = await host.Services.GetRequiredService<ApiTokens>().CreateAsync(owner.Id, Guid.NewGuid(), "matriks", ["read"], null, default);
        var login = await host.SignedInAsync(owner.Email);
        var device = Assert.Single((await login.GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>()).Items);
        var promo = await PromoTestKit.CreateAsync(await host.NewAdminAsync(), PromoTestKit.Bonus(PromoTestKit.NewCode()));
        return new RouteObjects(
            owner, order.InstanceId, taken.ActionId, snapshots.Items[0].Id, deposit.Id, papers.Items[0].Id, key.Id, webhook.Webhook.Id, token!.Details.Id, device.Id,
            await NewPasskeyAsync(host, owner), promo.Id);
    }

    /// <summary>As a browser's answer would leave it; that only a real one does is another test's.</summary>
    static async Task<string> NewPasskeyAsync(ApiHost host, TestUser owner)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = await users.FindByIdAsync(owner.Id.ToString());
        var id = RandomNumberGenerator.GetBytes(16);
        var key = new UserPasskeyInfo(id, [1], TimeProvider.System.GetUtcNow(), 0, null, true, false, false, [1], [1]) { Name = "matriks" };
        Assert.True((await users.AddOrUpdatePasskeyAsync(user!, key)).Succeeded);
        return Base64Url.EncodeToString(id);
    }
}
