using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Hosting;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Accounts;
using Webrana.Grains.Droplets;

namespace Webrana.WalletBench.Renewals;

/// <summary>
/// Customers with money and running servers whose second period is due within one minute (or that owe several), written straight into the
/// tables in the shape that the product itself stores: its own state records, serialized by its own rules. (Shared with the storm in
/// tests/Grains.Tests.)
/// </summary>
/// <param name="Servers">How many servers.</param>
/// <param name="Customers">How many customers own them, in turns.</param>
internal sealed record RenewalSeed(int Servers, int Customers)
{
    /// <summary>The price of one period.</summary>
    public const long PriceIdr = 129_000;

    /// <summary>
    /// 0: one period is due of each. Otherwise that many, as after an outage of so many days: each server's own time of day came so often while
    /// nobody looked.
    /// </summary>
    public int DaysBehind { get; init; }

    /// <summary>Whose turn is when, of the how manieth server; then all of them are due in one instant. Null: each in its own, all alike.</summary>
    public Func<int, RenewalPriority>? PriorityOf { get; init; }

    // Enough for everything that is due, and for more.
    private long OpeningIdr => 10_000_000 + (DaysBehind * PriceIdr * ((Servers / Customers) + 1));

    private static readonly JsonSerializerOptions Json = Format();
    private readonly Guid[] _customers = [.. Enumerable.Range(0, Customers).Select(_ => Guid.NewGuid())];

    /// <summary>
    /// Writes everything in one transaction, so that all of it becomes due in one instant. The servers' due times lie within the minute
    /// before <paramref name="now"/> and their alarms ring much later; after an outage the times lie within its first day, and the alarms are due, too.
    /// </summary>
    /// <param name="beforeDue">What is to be done when all of it is written and nothing of it is due yet.</param>
    public async Task WriteAsync(NpgsqlDataSource owner, DateTimeOffset now, Func<Task>? beforeDue = null)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await WalletsAsync(connection, now);
        await StatesAsync(connection, now);
        await using var tidy = new NpgsqlCommand("ANALYZE wallets; ANALYZE wallet_transactions; ANALYZE grain_state; ANALYZE orleans_reminders", connection, transaction);
        await tidy.ExecuteNonQueryAsync();
        await (beforeDue?.Invoke() ?? Task.CompletedTask);
        await transaction.CommitAsync();
    }

    private async Task WalletsAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        await using (var wallets = await connection.BeginBinaryImportAsync("COPY wallets (wallet_id, version, balance, created_at, updated_at) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var customer in _customers)
                await Row(wallets, (customer, NpgsqlDbType.Uuid), (1L, NpgsqlDbType.Bigint), (OpeningIdr, NpgsqlDbType.Bigint), Time(now), Time(now));
            await wallets.CompleteAsync();
        }

        await using var lines = await connection.BeginBinaryImportAsync("""
            COPY wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                                      contra_account, reference_type, reference_id, description, occurred_at) FROM STDIN (FORMAT BINARY)
            """);
        foreach (var customer in _customers)
        {
            await Row(
                lines, (customer, NpgsqlDbType.Uuid), (1L, NpgsqlDbType.Bigint), Text("opening"), ((short)1, NpgsqlDbType.Smallint),
                (OpeningIdr, NpgsqlDbType.Bigint), (0L, NpgsqlDbType.Bigint), (OpeningIdr, NpgsqlDbType.Bigint), (0L, NpgsqlDbType.Bigint),
                Text("ADJUSTMENT"), Text("ADJUSTMENT"), Text("storm"), Text("Opening"), Time(now));
        }

        await lines.CompleteAsync();
    }

    private async Task StatesAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        var instances = Enumerable.Range(0, Servers).Select(_ => new InstanceId(Guid.NewGuid())).ToArray();
        await using (var states = await connection.BeginBinaryImportAsync(
            "COPY grain_state (state, key, owner, status, due_at, sort_at, version, payload) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var customer in _customers)
            {
                var account = Account(customer, now);
                await State(states, StateNames.Account, GrainKeys.Account(new UserId(customer)), account.List, JsonSerializer.Serialize(account, Json));
            }

            for (var n = 0; n < Servers; n++)
            {
                var server = Server(n, now);
                await State(states, StateNames.Droplet, GrainKeys.Droplet(instances[n]), server.List, JsonSerializer.Serialize(server, Json));
            }

            await states.CompleteAsync();
        }

        await using var alarms = await connection.BeginBinaryImportAsync(
            "COPY orleans_reminders (service_id, grain_id, reminder_name, start_time, period_ms, grain_hash, version) FROM STDIN (FORMAT BINARY)");
        for (var n = 0; n < Servers; n++)
        {
            var grain = GrainId.Create("droplet", GrainKeys.Droplet(instances[n]));
            var ringsAt = DaysBehind == 0 ? now.AddHours(1) : DueAt(n, now) + Webrana.Grains.Common.Alarm.Delay;
            await Row(
                alarms, Text("webrana"), Text(grain.ToString()), Text("alarm"), Time(ringsAt), (300_000L, NpgsqlDbType.Bigint),
                (unchecked((int)grain.GetUniformHashCode()), NpgsqlDbType.Integer), (0, NpgsqlDbType.Integer));
        }

        await alarms.CompleteAsync();
    }

    private static Task State(NpgsqlBinaryImporter states, string name, string key, Webrana.Grains.Common.ListEntry list, string payload) => Row(
        states, Text(name), Text(key), Text(list.Owner), Text(list.Status), (list.DueAt, NpgsqlDbType.Bigint), (list.SortAt, NpgsqlDbType.Bigint),
        (1, NpgsqlDbType.Integer), (payload, NpgsqlDbType.Jsonb));

    private static AccountState Account(Guid user, DateTimeOffset now) => new()
    {
        Contact = new StoredContact(user, $"{user:N}@example.test", "Budi", null, "id", EmailConfirmed: true),
        CreatedAtMs = now.ToUnixTimeMilliseconds(),
        RewardsTold = true,
    };

    private DropletState Server(int n, DateTimeOffset now)
    {
        // One period before the due time.
        var due = DueAt(n, now);
        var began = BillingCalendar.PeriodStart(due, BillingCycle.Daily, 0).AddDays(-1);
        var name = string.Create(CultureInfo.InvariantCulture, $"web-{n}");
        var server = new DropletState
        {
            Phase = InstancePhase.Running,
            Name = name,
            Priority = PriorityOf?.Invoke(n) ?? RenewalPriority.Normal,
            Hold = HoldState.Captured,
            Order = new OrderPart
            {
                Owner = _customers[n % Customers],
                PlanId = "basic-1",
                PriceVersion = 1,
                PriceIdr = PriceIdr,
                ProviderSize = "s-1vcpu-1gb",
                Vcpus = 1,
                MemoryMb = 1024,
                DiskGb = 25,
                TransferTb = 1,
                Region = "sgp1",
                Image = "ubuntu-24-04-x64",
                Name = name,
                Period = BillingPeriod.Daily,
                AutoRenew = true,
                Actor = $"user:{_customers[n % Customers]:D}",
                AccountId = "primary",
                CreatedAt = began.ToUnixTimeMilliseconds(),
                Status = OrderStatus.Active,
            },
            Droplet = new ProviderPart(1_000_000 + n, began.ToUnixTimeMilliseconds(), 2_000_000 + n) { Ipv4 = "203.0.113.7" },
            // All notices of the period were given: what is due is the charge and nothing else.
            Subscription = Subscription.Begin(BillingCycle.Daily, began, autoRenew: true).Part() with { Noticed = 2 },
        };
        // Filed under its words long ago, as every server that has run for a day is: nothing else is to be done about it.
        return (server with { FiledAs = server.Words() }).Scheduled(now, TimeSpan.FromSeconds(30));
    }

    // After an outage an hour's distance from both ends of its first day: no further period becomes due while these are worked off.
    private DateTimeOffset DueAt(int n, DateTimeOffset now) => PriorityOf is not null ? now.AddMinutes(-1) : DaysBehind == 0
        ? now.AddMilliseconds(-(n % 60_000) - 1)
        : now.AddDays(-DaysBehind).AddHours(1 + (22.0 * n / Servers));

    private static async Task Row(NpgsqlBinaryImporter import, params (object? Value, NpgsqlDbType Type)[] row)
    {
        await import.StartRowAsync();
        foreach (var (value, type) in row)
        {
            if (value is null) await import.WriteNullAsync();
            else await import.WriteAsync(value, type);
        }
    }

    private static (object?, NpgsqlDbType) Text(string? value) => (value, NpgsqlDbType.Text);

    private static (object?, NpgsqlDbType) Time(DateTimeOffset value) => (value.UtcDateTime, NpgsqlDbType.TimestampTz);

    private static JsonSerializerOptions Format()
    {
        var options = new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
        StorageJson.Configure(options);
        return options;
    }
}
