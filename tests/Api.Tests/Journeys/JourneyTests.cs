using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Data.Idempotency;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Tests.Journeys;

/// <summary>The whole way of a customer by the REST API.</summary>
[Collection(ApiCollection.Name)]
public sealed class JourneyTests(SharedApi api)
{
    [Fact]
    public async Task From_registration_to_a_server_that_is_gone_again()
    {
        var http = api.Host.Anonymous();
        var email = $"{Guid.NewGuid():n}@example.com";
        await http.PostAsync("/api/v1/auth/register", new RegisterRequest(email, TestUser.Password, "Dewi Lestari", "081211112222")).ExpectAsync(HttpStatusCode.Created);
        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(email), "confirm-email");
        await http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        var tokens = await http.PostAsync("/api/v1/auth/login", new LoginRequest(email, TestUser.Password)).ReadAsync<TokenPair>();
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
        var user = new TestUser(new(Guid.Parse(userId)), email, http);

        var empty = await http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>();
        Assert.Equal((0, 0, 0, "IDR"), (empty.Balance, empty.Held, empty.Available, empty.Currency));

        var channels = await http.GetAsync("/api/v1/wallet/channels?amount=200000").ReadAsync<Page<PaymentChannel>>();
        var channel = channels.Items.Single(one => one.Code == "BRIVA");
        Assert.True(channel.Active && channel.CustomerFee > 0);
        var deposit = await http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(200_000, "BRIVA"), "isi-saldo-1").ReadAsync<Deposit>(HttpStatusCode.Created);
        Assert.Equal((200_000, 200_000 + channel.CustomerFee), (deposit.Amount, deposit.AmountToPay));
        Assert.NotNull(deposit.PayCode);
        Assert.True(api.Host.Gateway.Apply(deposit.PaymentRef!, PaymentAction.Pay));
        await Eventually.Async(
            () => http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>(), wallet => wallet.Balance == 200_000, ApiHost.Patience, "the money is there", TestContext.Current.CancellationToken);

        var plan = (await http.GetAsync("/api/v1/plans").ReadAsync<Page<Plan>>()).Items.First(one => one.Regions.Contains("sgp1"));
        Assert.Contains((await http.GetAsync("/api/v1/regions").ReadAsync<Page<Region>>()).Items, region => region is { Slug: "sgp1", Available: true });
        var image = (await http.GetAsync("/api/v1/images").ReadAsync<Page<Image>>()).Items.First(one => one.Distribution == "Ubuntu");
        var order = await http.PostAsync("/api/v1/orders", new CreateOrderRequest(plan.Id, "sgp1", image.Slug, "warung-dewi"), "pesan-1").ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        Assert.Equal(plan.PriceMonthly, order.Price);
        var running = await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        Assert.NotNull(running.Ipv4);
        Assert.Equal(200_000 - order.Price, (await http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Balance);

        await Act("power-off", InstanceStatus.Off);
        await Act("power-on", InstanceStatus.Running);
        await Act("reboot", InstanceStatus.Running);
        await Act("shutdown", InstanceStatus.Off);
        await http.PostAsync($"/api/v1/instances/{order.InstanceId}/power-off").RefusedAsync(409, ProblemCodes.InvalidState);

        var history = await http.GetAsync("/api/v1/wallet/transactions").ReadAsync<Page<Transaction>>();
        Assert.Equal([ReferenceType.VpsPayment, ReferenceType.Deposit], history.Items.Select(row => row.ReferenceType));
        Assert.Equal([-order.Price, 200_000], history.Items.Select(row => row.Amount));
        Assert.All(history.Items, row => Assert.Equal(row.BalanceBefore + row.Amount, row.BalanceAfter));
        var payments = await http.GetAsync("/api/v1/wallet/transactions?referenceType=VPS_PAYMENT").ReadAsync<Page<Transaction>>();
        Assert.Equal(history.Items[0], Assert.Single(payments.Items));

        await http.SendJsonAsync(HttpMethod.Delete, $"/api/v1/instances/{order.InstanceId}?confirm=warung", null).RefusedAsync(422, ProblemCodes.ConfirmationMismatch);
        await http.SendJsonAsync(HttpMethod.Delete, $"/api/v1/instances/{order.InstanceId}?confirm=warung-dewi", null).ReadAsync<ActionAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Terminated);
        Assert.Empty((await http.GetAsync("/api/v1/instances").ReadAsync<Page<Instance>>()).Items);
        Assert.Single((await http.GetAsync("/api/v1/instances?status=TERMINATED").ReadAsync<Page<Instance>>()).Items);

        var activity = await http.GetAsync($"/api/v1/instances/{order.InstanceId}/activity").ReadAsync<Page<InstanceAction>>();
        Assert.Superset(
            new HashSet<InstanceActionType> { InstanceActionType.PowerOff, InstanceActionType.PowerOn, InstanceActionType.Reboot, InstanceActionType.Shutdown },
            activity.Items.Select(line => line.Type).ToHashSet());

        await AdminSeesAsync(user, deposit, order);

        async Task Act(string path, InstanceStatus status)
        {
            var accepted = await http.PostAsync($"/api/v1/instances/{order.InstanceId}/{path}").ReadAsync<ActionAccepted>(HttpStatusCode.Accepted);
            await Eventually.Async(
                () => http.GetAsync($"/api/v1/instances/{order.InstanceId}/actions/{accepted.ActionId}").ReadAsync<InstanceAction>(),
                action => action.Status == ActionStatus.Completed, ApiHost.Patience, path, TestContext.Current.CancellationToken);
            await Scenario.UntilAsync(user, order.InstanceId, status);
        }
    }

    async Task AdminSeesAsync(TestUser user, Deposit deposit, OrderAccepted order)
    {
        var admin = (await api.Host.NewAdminAsync()).Http;
        var found = await admin.GetAsync($"/internal/users?search={user.Email}").ReadAsync<Page<AdminUser>>();
        Assert.Equal(user.Id.ToString(), Assert.Single(found.Items).Id);
        // Of the month that had just begun all but its first day came back.
        var rows = (await admin.GetAsync($"/internal/wallets/{user.Id}/transactions").ReadAsync<Page<Transaction>>()).Items;
        Assert.Equal([ReferenceType.Refund, ReferenceType.VpsPayment, ReferenceType.Deposit], rows.Select(row => row.ReferenceType));
        Assert.InRange(rows[0].Amount, order.Price * 26 / 28, order.Price);
        Assert.Equal(200_000 - order.Price + rows[0].Amount, (await admin.GetAsync($"/internal/users/{user.Id}").ReadAsync<AdminUser>()).Balance);
        Assert.Equal(deposit.Id, Assert.Single((await admin.GetAsync($"/internal/deposits?userId={user.Id}&status=PAID").ReadAsync<Page<Deposit>>()).Items).Id);
        Assert.Equal(order.InstanceId, Assert.Single((await admin.GetAsync($"/internal/instances?userId={user.Id}").ReadAsync<Page<AdminInstance>>()).Items).Id);
        await Scenario.BooksAgreeAsync(admin);
    }

    [Fact]
    public async Task Fifty_orders_at_once_with_money_for_one_make_one_server_and_one_charge()
    {
        var user = await api.Host.NewCustomerAsync();
        await Scenario.FundAsync(api.Host, user, Scenario.PriceIdr);
        var droplets = api.Host.Cloud.CountRequests("POST", "/v2/droplets");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => user.Http.PostAsync("/api/v1/orders", Scenario.Order($"uji-{i}-{user.Id.ToString()[..8]}"))));
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(49, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        var order = Assert.Single((await user.Http.GetAsync("/api/v1/orders").ReadAsync<Page<Order>>()).Items);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var wallet = await user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>();
        Assert.Equal((0, 0), (wallet.Balance, wallet.Held));
        Assert.Single((await user.Http.GetAsync("/api/v1/wallet/transactions?referenceType=VPS_PAYMENT").ReadAsync<Page<Transaction>>()).Items);
        Assert.True(api.Host.Cloud.CountRequests("POST", "/v2/droplets") >= droplets + 1);
    }

    [Fact]
    public async Task The_forecast_tells_the_next_renewal_and_refuses_a_look_too_far()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);

        var runway = await user.Http.GetAsync("/api/v1/wallet/runway?days=40").ReadAsync<Wire.Billing.Runway>();

        Assert.Equal((0, Scenario.PriceIdr), (runway.Available, runway.TopUp));
        Assert.Equal((Wire.Billing.RunwayEvent.NotPaid, order.InstanceId), (runway.Steps[0].Event, runway.Steps[0].InstanceId));
        Assert.Equal(runway.EndsAt, runway.Steps[0].At);
        await user.Http.GetAsync("/api/v1/wallet/runway?days=0").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.GetAsync("/api/v1/wallet/runway?days=401").RefusedAsync(422, ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task An_order_repeated_with_its_key_is_one_order()
    {
        var user = await api.Host.NewCustomerAsync();
        await Scenario.FundAsync(api.Host, user, 3 * Scenario.PriceIdr);
        var body = Scenario.Order();
        var first = await user.Http.PostAsync("/api/v1/orders", body, "sekali").ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        // The process died before it could keep the answer, and its lease has lapsed.
        await api.Host.Database.ExecuteAsync(
            $"update idempotency_claims set status = null, answer = null, lease_until = now() - interval '1 second' where id = '{new IdempotencyScope(user.Id.Value, "POST /api/v1/orders", "sekali").Id}'");
        var again = await user.Http.PostAsync("/api/v1/orders", body, "sekali").ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        Assert.Equal(first, again);
        Assert.Single((await user.Http.GetAsync("/api/v1/orders").ReadAsync<Page<Order>>()).Items);
    }

    [Fact]
    public async Task An_admin_walks_through_all_customers_and_wallets_page_by_page()
    {
        var users = new[] { await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync() };
        foreach (var user in users)
            await Scenario.FundAsync(api.Host, user, 5_000);
        var admin = (await api.Host.NewAdminAsync()).Http;

        var people = await WalkAsync<AdminUser>("/internal/users?limit=2", person => person.Id);
        Assert.Superset(users.Select(user => user.Id.ToString()).ToHashSet(), people.Keys.ToHashSet());
        var wallets = await WalkAsync<AdminWallet>("/internal/wallets?limit=2", wallet => wallet.UserId);
        Assert.All(users, user => Assert.Equal((5_000, user.Email), (wallets[user.Id.ToString()].Available, wallets[user.Id.ToString()].Email)));

        // What stands in a pattern for "anything" is looked for as it is.
        Assert.Empty((await admin.GetAsync("/internal/users?search=%25").ReadAsync<Page<AdminUser>>()).Items);

        async Task<Dictionary<string, T>> WalkAsync<T>(string path, Func<T, string> id)
        {
            var found = new Dictionary<string, T>();
            string? cursor = null;
            do
            {
                var page = await admin.GetAsync($"{path}&cursor={cursor}").ReadAsync<Page<T>>();
                foreach (var item in page.Items)
                    found.Add(id(item), item); // an item seen twice would throw
                cursor = page.NextCursor;
            }
            while (cursor is not null);
            return found;
        }
    }

    [Fact]
    public async Task A_long_history_is_read_page_by_page_without_a_gap()
    {
        var user = await api.Host.NewCustomerAsync();
        var admin = await api.Host.NewAdminAsync();
        for (var i = 1; i <= 7; i++)
            await admin.Http.PostAsync($"/internal/wallets/{user.Id}/adjustments", new CreateAdjustmentRequest(i * 1_000, $"Uji {i}")).ExpectAsync(HttpStatusCode.Created);
        var amounts = new List<long>();
        string? cursor = null;
        do
        {
            var page = await user.Http.GetAsync($"/api/v1/wallet/transactions?limit=3&cursor={cursor}").ReadAsync<Page<Transaction>>();
            Assert.InRange(page.Items.Count, 1, 3);
            amounts.AddRange(page.Items.Select(row => row.Amount));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal([7_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_000], amounts);

        var audit = await admin.Http.GetAsync($"/internal/audit?subject=wallet:{user.Id}&limit=2").ReadAsync<Page<AuditEntry>>();
        Assert.Equal(2, audit.Items.Count);
        Assert.NotNull(audit.NextCursor);
        Assert.Contains(audit.Items, entry => entry.Action.StartsWith("wallet.adjust", StringComparison.Ordinal));
        // A cursor of one list is no cursor of another.
        await user.Http.GetAsync($"/api/v1/wallet/transactions?cursor={audit.NextCursor}").RefusedAsync(400, ProblemCodes.InvalidCursor);
    }
}
