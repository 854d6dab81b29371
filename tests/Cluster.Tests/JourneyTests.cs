using System.Text.Json;
using Npgsql;
using Webrana.Client;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Testing;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Wallets;
using static Webrana.Cluster.Tests.Answers;

namespace Webrana.Cluster.Tests;

/// <summary>The owner's journey by the REST API alone, on the sandbox as a newcomer starts it.</summary>
[Collection(RunningSandbox.Collection)]
public sealed class JourneyTests
{
    private static readonly TimeSpan Provisioning = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Crediting = TimeSpan.FromSeconds(90);

    [Fact(Timeout = 900_000)]
    public async Task A_customer_tops_up_orders_operates_renews_and_deletes_a_server()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var sandbox = await RunningSandbox.StartAsync(FreeBlock.PortBase(), cancellation);
        var siti = await sandbox.NewCustomerAsync("siti", cancellation);
        Assert.Equal(0, (await Ok(siti.Session.WalletAsync(cancellation))).Balance);

        // Top up Rp 200.000 by virtual account; the fee is on top and never credited.
        var channel = (await Ok(siti.Session.ChannelsAsync(200_000, cancellation))).Items.Single(c => c.Code == "BRIVA");
        var deposit = await Ok(siti.Session.CreateDepositAsync(new CreateDepositRequest(200_000, "BRIVA"), IdempotencyKey.New(), cancellation));
        Assert.Equal(200_000 + channel.CustomerFee, deposit.AmountToPay);
        Assert.False(string.IsNullOrEmpty(deposit.PayCode));
        await sandbox.PayAsync(deposit.PaymentRef!, cancellation);
        await Eventually.Async(
            async () => (await Ok(siti.Session.WalletAsync(cancellation))).Balance,
            balance => balance == 200_000, Crediting, "the top-up in the wallet", cancellation);
        // Noted behind the money.
        await Eventually.Async(
            async () => (await Ok(siti.Session.DepositAsync(deposit.Id, cancellation))).Status,
            status => status == DepositStatus.Paid, Crediting, "the top-up paid", cancellation);

        // Order the smallest monthly plan in Singapore.
        var plan = (await Ok(sandbox.Client.PlansAsync(cancellation))).Items.Where(p => p.AllowMonthly).MinBy(p => p.PriceMonthly)!;
        Assert.Contains("sgp1", plan.Regions);
        var order = await Ok(siti.Session.CreateOrderAsync(
            new CreateOrderRequest(plan.Id, "sgp1", "ubuntu-24-04-x64", "web-01"), IdempotencyKey.New(), cancellation));
        Assert.Equal(plan.PriceMonthly, order.Price);
        var server = await ServerIn(siti, order.InstanceId, InstanceStatus.Running, cancellation);
        Assert.False(string.IsNullOrEmpty(server.Ipv4));
        var paid = await Ok(siti.Session.WalletAsync(cancellation));
        Assert.Equal((200_000 - plan.PriceMonthly, 0L), (paid.Balance, paid.Held));

        // Operate it.
        await Act(siti, order.InstanceId, siti.Session.RebootAsync, InstanceStatus.Running, cancellation);
        await Act(siti, order.InstanceId, siti.Session.PowerOffAsync, InstanceStatus.Off, cancellation);
        await Act(siti, order.InstanceId, siti.Session.PowerOnAsync, InstanceStatus.Running, cancellation);
        await Act(siti, order.InstanceId, siti.Session.ShutdownAsync, InstanceStatus.Off, cancellation);
        await Act(siti, order.InstanceId, siti.Session.PowerOnAsync, InstanceStatus.Running, cancellation);
        // Lines are written behind the state that ends an action.
        InstanceActionType[] done = [InstanceActionType.Reboot, InstanceActionType.PowerOff, InstanceActionType.PowerOn, InstanceActionType.Shutdown];
        await Eventually.Async(
            async () => (await Ok(siti.Session.ActivityAsync(order.InstanceId, cancellationToken: cancellation))).Items,
            lines => lines.All(a => a.Status == ActionStatus.Completed) && done.All(type => lines.Any(a => a.Type == type)),
            Provisioning, "every line of the activity completed", cancellation);

        // Renew: money for one more month, then the clock is turned.
        var more = await Ok(siti.Session.CreateDepositAsync(new CreateDepositRequest(200_000, "BNIVA"), IdempotencyKey.New(), cancellation));
        await sandbox.PayAsync(more.PaymentRef!, cancellation);
        var before = await Eventually.Async(
            async () => (await Ok(siti.Session.WalletAsync(cancellation))).Balance,
            balance => balance == 400_000 - plan.PriceMonthly, Crediting, "the second top-up", cancellation);
        var due = (await Ok(siti.Session.InstanceAsync(order.InstanceId, cancellation))).NextRenewalAt!.Value;
        await sandbox.TurnClockAsync(new { toNextRenewal = order.InstanceId }, cancellation);
        Assert.Equal(before - plan.PriceMonthly, (await Ok(siti.Session.WalletAsync(cancellation))).Balance);
        var renewed = await Ok(siti.Session.InstanceAsync(order.InstanceId, cancellation));
        Assert.InRange(renewed.NextRenewalAt!.Value - due, TimeSpan.FromDays(28), TimeSpan.FromDays(31));
        var rows = (await Ok(siti.Session.TransactionsAsync(cancellationToken: cancellation))).Items;
        Assert.Equal(
            [ReferenceType.Renewal, ReferenceType.Deposit, ReferenceType.VpsPayment, ReferenceType.Deposit],
            rows.Select(r => r.ReferenceType));
        Assert.All(rows, r => Assert.Equal(r.BalanceAfter, r.BalanceBefore + r.Amount));

        // Delete it by its name; gone at the provider too.
        var refused = await siti.Session.DestroyAsync(order.InstanceId, "web-1", IdempotencyKey.New(), cancellation);
        Assert.Equal("confirmation_mismatch", refused.Failure?.Code);
        await Ok(siti.Session.DestroyAsync(order.InstanceId, "web-01", IdempotencyKey.New(), cancellation));
        await ServerIn(siti, order.InstanceId, InstanceStatus.Terminated, cancellation);
        Assert.DoesNotContain(
            await sandbox.ProviderDropletsAsync(cancellation), d => d.Tags.Any(t => t.EndsWith(order.InstanceId, StringComparison.Ordinal)));

        await Invariants.HoldAsync(sandbox, cancellation);
        await TheAdminSeesIt(sandbox, siti, order.InstanceId, cancellation);
        await TheOperatorFindsTheBooksSound(sandbox, siti, cancellation);
        await TheFirstAdminOfAShopIsMadeAtAShell(sandbox, cancellation);
        await EveryMetricOfTheDashboardAndTheAlertsExists(sandbox, cancellation);
        await NoLogHoldsASecretOrAPerson(sandbox, siti, cancellation);
    }

    private static async Task EveryMetricOfTheDashboardAndTheAlertsExists(RunningSandbox sandbox, CancellationToken cancellation)
    {
        var deploy = Path.Combine(Repository.Root, "deploy");
        var named = new[] { Path.Combine(deploy, "grafana", "webrana.json"), Path.Combine(deploy, "prometheus", "webrana-alerts.yml") }
            .SelectMany(file => Observed.MetricsNamedIn(File.ReadAllText(file))).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 20, "the dashboard names hardly anything");

        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in sandbox.ProductProcesses())
            shown.UnionWith(Observed.MetricsShownIn(await sandbox.Http.GetStringAsync(new Uri(process, "/metrics"), cancellation)));
        // What counts rare accidents is shown after the first one only; then the instrument itself must be in the code.
        var missing = named.Where(name => !shown.Contains(name) && !Observed.IsAnInstrumentOfOurBuild(name)).ToList();
        Assert.True(missing.Count == 0, $"not there: {string.Join(", ", missing)}; shown: {string.Join(", ", shown.Order(StringComparer.Ordinal))}");
    }

    private static async Task NoLogHoldsASecretOrAPerson(RunningSandbox sandbox, Customer customer, CancellationToken cancellation)
    {
        var secrets = new Dictionary<string, string>
        {
            ["the customer's address"] = customer.Email,
            ["the admin's address"] = sandbox.Addresses.Logins.Admin.Email,
            ["the admin's password"] = sandbox.Addresses.Logins.Admin.Password,
            ["the provider's token"] = sandbox.Addresses.DigitalOceanToken,
            ["the gateway's key"] = sandbox.Addresses.TripayApiKey,
            ["the gateway's private key"] = sandbox.Addresses.TripayPrivateKey,
            ["a customer's password"] = "Rahasia-",
            ["a link of a mail"] = "confirm-email?",
            ["a bearer token"] = "Bearer ",
            ["the database's password"] = "Password=",
        };
        foreach (var process in sandbox.Addresses.Processes.Where(process => process.Role.Split('-')[0] is "silo" or "api" or "web"))
        {
            await using var stream = new FileStream(process.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            var log = await reader.ReadToEndAsync(cancellation);
            Assert.All(secrets, secret => Assert.False(log.Contains(secret.Value, StringComparison.OrdinalIgnoreCase), $"the log of {process.Role} holds {secret.Key}"));
        }
    }

    private static async Task TheOperatorFindsTheBooksSound(RunningSandbox sandbox, Customer customer, CancellationToken cancellation)
    {
        // What is younger than two minutes is left out as still on its way.
        await sandbox.TurnClockAsync(new { advance = "PT10M" }, cancellation);
        var said = await sandbox.OpsAsync(["reconcile"], cancellation);
        Assert.Contains("ok      renewals_are_the_paid_periods", said, StringComparison.Ordinal);
        Assert.Contains("The books are sound.", said, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await sandbox.OpsAsync(["reconcile", "--json"], cancellation));
        Assert.True(json.RootElement.GetProperty("sound").GetBoolean());

        var rows = await sandbox.OpsAsync(["export", "--from", "2020-01-01", "--to", "2100-01-01"], cancellation);
        Assert.Equal(
            await sandbox.ScalarAsync<long>($"select count(*) from wallet_transactions where wallet_id = '{customer.UserId}'", cancellation),
            rows.Split('\n').Count(line => line.Contains(customer.UserId, StringComparison.Ordinal)));

        var file = Path.Combine(Path.GetTempPath(), $"webrana-{Guid.NewGuid():n}.backup");
        Assert.Contains("rows of", await sandbox.OpsAsync(["backup", "--to", file], cancellation), StringComparison.Ordinal);
        await TheShopComesBackFromItsFile(sandbox, customer, file, cancellation);
        File.Delete(file);
        Assert.Contains("nothing is left under another", await sandbox.OpsAsync(["rotate-keys"], cancellation), StringComparison.Ordinal);
    }

    // On another server, by the settings of a shop, as in docs/OPERATIONS.md.
    private static async Task TheShopComesBackFromItsFile(RunningSandbox sandbox, Customer customer, string file, CancellationToken cancellation)
    {
        const string Rows = "select count(*) from wallet_transactions";
        await using var empty = await PostgresFixture.Shared.CreateDatabaseAsync("restored", cancellation: cancellation);
        var settings = Path.ChangeExtension(file, ".env");
        var owner = new NpgsqlConnectionStringBuilder(empty.OwnerConnectionString);
        await File.WriteAllTextAsync(settings, $"DATABASE_URL={empty.AppConnectionString}\nPOSTGRES_OWNER_PASSWORD={owner.Password}\n", cancellation);

        var said = await sandbox.OpsAsync(["restore", "--from", file, "--env", settings], cancellation);

        Assert.Contains("Restored", said, StringComparison.Ordinal);
        Assert.Contains("The books are sound.", said, StringComparison.Ordinal);
        // Sound would an empty shop be, too.
        Assert.Equal(await sandbox.ScalarAsync<long>(Rows, cancellation), await empty.ScalarAsync<long>(Rows, cancellation));
        Assert.Equal(customer.Email, await empty.ScalarAsync<string>($"select email from identity.users where id = '{customer.UserId}'", cancellation));
        Assert.Contains("ok      renewals_are_the_paid_periods", await sandbox.OpsAsync(["reconcile", "--env", settings], cancellation), StringComparison.Ordinal);

        // Neither twice nor over the shop that runs.
        foreach (var used in new[] { new[] { "--env", settings }, [] })
        {
            var refused = await sandbox.TryOpsAsync(["restore", "--from", file, .. used], cancellation);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("in use", refused.Output, StringComparison.Ordinal);
        }

        // And what it says stands on what is there: a rupiah that nobody booked is found.
        await empty.ExecuteAsync($"update wallets set balance = balance + 1 where wallet_id = '{customer.UserId}'", cancellation);
        var unsound = await sandbox.TryOpsAsync(["reconcile", "--env", settings], cancellation);
        File.Delete(settings);
        Assert.Equal(1, unsound.ExitCode);
        Assert.Contains("The books are NOT sound.", unsound.Output, StringComparison.Ordinal);
    }

    // By a shop's settings alone, in the Production environment.
    private static async Task TheFirstAdminOfAShopIsMadeAtAShell(RunningSandbox sandbox, CancellationToken cancellation)
    {
        const string Email = "ibu-pemilik@contoh.test";
        var settings = Path.Combine(Path.GetTempPath(), $"webrana-{Guid.NewGuid():n}.env");
        await File.WriteAllTextAsync(settings, $"# a shop\nDATABASE_URL={sandbox.Addresses.Postgres}\n", cancellation);
        var said = await sandbox.OpsAsync(["create-admin", "--email", Email, "--env", settings], cancellation);
        File.Delete(settings);

        var password = said.Split('\n').Single(line => line.StartsWith("Password ", StringComparison.Ordinal))["Password ".Length..].Trim();
        var owner = await sandbox.SignInAsync(Email, password, cancellation);
        Assert.True((await Ok(owner.Admin.TrialBalanceAsync(cancellation))).Balanced);
    }

    private static async Task TheAdminSeesIt(RunningSandbox sandbox, Customer customer, string instanceId, CancellationToken cancellation)
    {
        var admin = (await sandbox.SignInAdminAsync(cancellation)).Admin;
        Assert.Contains((await Ok(admin.UsersAsync(cancellationToken: cancellation))).Items, u => u.Id == customer.UserId);
        Assert.Contains((await Ok(admin.WalletsAsync(cancellationToken: cancellation))).Items, w => w.UserId == customer.UserId);
        Assert.Equal(2, (await Ok(admin.DepositsAsync(customer.UserId, cancellationToken: cancellation))).Items.Count);
        Assert.Contains((await Ok(admin.InstancesAsync(cancellationToken: cancellation))).Items, i => i.Id == instanceId);
        Assert.True((await Ok(admin.TrialBalanceAsync(cancellation))).Balanced);
        Assert.Equal(403, (await customer.Session.Admin.UsersAsync(cancellationToken: cancellation)).Failure?.Status);
    }

    private static async Task Act(
        Customer customer, string instanceId,
        Func<string, IdempotencyKey, CancellationToken, Task<ApiResult<ActionAccepted>>> action,
        InstanceStatus expected, CancellationToken cancellation)
    {
        var accepted = await Ok(action(instanceId, IdempotencyKey.New(), cancellation));
        var ended = await Eventually.Async(
            async () => await Ok(customer.Session.ActionAsync(instanceId, accepted.ActionId, cancellation)),
            a => a.Status != ActionStatus.InProgress, Provisioning, $"the end of action {accepted.ActionId}", cancellation);
        Assert.Equal(ActionStatus.Completed, ended.Status);
        await ServerIn(customer, instanceId, expected, cancellation);
    }

    private static Task<Instance> ServerIn(Customer customer, string instanceId, InstanceStatus status, CancellationToken cancellation) =>
        Eventually.Async(
            async () => await Ok(customer.Session.InstanceAsync(instanceId, cancellation)),
            i => i.Status == status && i.RunningAction is null, Provisioning, $"the server {status}", cancellation);
}
