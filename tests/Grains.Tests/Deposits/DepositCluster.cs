using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Providers;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Notifications;
using Webrana.Grains.Tests.Promos;
using Webrana.Sandbox.Tripay;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Tripay;
using Webrana.Tripay.Transactions;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>The product's grains with a real Tripay simulator and a real mail server on loopback. Tests of one collection run one after another.</summary>
public sealed class DepositCluster : IAsyncLifetime
{
    const string Merchant = "T0001";

    WebranaCluster? _cluster;
    CallbackReceiver? _receiver;
    TripaySimulator? _gateway;
    MailSink? _mails;

    public WebranaCluster Cluster => _cluster!;

    public TripaySimulator Gateway => _gateway!;

    public MailSink Mails => _mails!;

    public ITripayAccountGrain Account => Cluster.Grains.GetGrain<ITripayAccountGrain>(GrainKeys.TripayAccount(Merchant));

    public async ValueTask InitializeAsync()
    {
        _mails = new MailSink();
        _receiver = await CallbackReceiver.StartAsync(notice =>
            MerchantRef.TryParse(notice.MerchantRef, out var deposit) ? Deposit(deposit).PaymentNoticed(notice) : throw new FormatException(notice.MerchantRef));
        _gateway = await TripaySimulator.StartAsync(new TripaySimulatorOptions { MerchantCode = Merchant, CallbackUrl = _receiver.Address });
        Gateway.Settings = Gateway.Settings with { Callbacks = false }; // Lost, unless a test wants them.
        var defaults = new TripaySimulatorOptions();
        _cluster = await WebranaCluster.StartAsync(
            new Dictionary<string, string?>
            {
                ["Tripay:BaseUrl"] = _gateway.BaseUrl,
                ["Tripay:MerchantCode"] = Merchant,
                ["Tripay:ApiKey"] = defaults.ApiKey,
                ["Tripay:PrivateKey"] = defaults.PrivateKey,
                ["Tripay:ReadRetries"] = "0",
                ["TripayAccount:RequestsPerSecond"] = "1000",
                ["TripayAccount:RequestBurst"] = "1000",
                // Scans come from the tests, not from a timer.
                ["TripayAccount:ScanIntervalMs"] = "86400000",
                ["Promos:DeskAgeMs"] = "0", // A promo of one test must not outlive it in a copy.
                ["Smtp:Host"] = "127.0.0.1",
                ["Smtp:Port"] = _mails.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Smtp:UseTls"] = "false",
                ["Web:PublicUrl"] = "https://webrana.example",
            },
            configure: silo => silo.AddIncomingGrainCallFilter<WalletFaults>().AddIncomingGrainCallFilter<RewardFaults>());
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_receiver is not null) await _receiver.DisposeAsync();
        if (_mails is not null) await _mails.DisposeAsync();
    }

    public IDepositGrain Deposit(DepositId deposit) => Cluster.Grains.GetGrain<IDepositGrain>(GrainKeys.Deposit(deposit));

    /// <summary>What a customer named after nobody asks for.</summary>
    public static CreateDeposit Command(UserId owner, long amountIdr = 150_000, string method = "BRIVA", string? promoCode = null) =>
        new(owner, amountIdr, method, promoCode, "Budi Santoso", MailOf(owner), "081234567890");

    public static string MailOf(UserId owner) => $"{owner.Value:N}@example.com";

    /// <summary>A customer with a contact, and an open deposit.</summary>
    public async Task<Opened> OpenAsync(long amountIdr = 150_000, string method = "BRIVA")
    {
        var owner = await CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        var created = await Deposit(id).Create(Command(owner, amountIdr, method));
        Assert.True(created.TryGet(out var view), $"{created.Error}: {created.Detail}");
        return new Opened(this, id, owner, view.PaymentRef!);
    }

    public async Task<UserId> CustomerAsync()
    {
        var owner = new UserId(Guid.NewGuid());
        var account = Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(owner));
        await account.PutContact(new AccountContact(owner, MailOf(owner), "Budi Santoso", null, "id"));
        return owner;
    }

    public SimulatedTransaction Transaction(string reference) => Gateway.Transactions.Single(transaction => transaction.Reference == reference);

    public IReadOnlyList<SimulatedTransaction> TransactionsOf(DepositId deposit) =>
        [.. Gateway.Transactions.Where(transaction => transaction.MerchantRef == MerchantRef.For(deposit))];

    /// <summary>What the gateway would call back now.</summary>
    public PaymentNotice NoticeOf(string reference)
    {
        var transaction = Transaction(reference);
        return new PaymentNotice(transaction.Reference, transaction.MerchantRef, transaction.Status, transaction.Amount);
    }

    /// <summary>A second transaction under the same merchant reference, as a create whose answer was lost leaves behind.</summary>
    public async Task<string> DoubleAsync(DepositId deposit, long amountIdr)
    {
        var created = await Cluster.Services.GetRequiredService<TripayClient>().CreateTransactionAsync(new CreateTransaction
        {
            Method = "BRIVA",
            MerchantRef = MerchantRef.For(deposit),
            AmountIdr = amountIdr,
            CustomerName = "Budi Santoso",
            CustomerEmail = "budi@example.com",
            OrderItems = [new TripayOrderItem { Name = "Webrana top up", Price = amountIdr }],
        });
        return Assert.IsType<TripayResult<TripayTransaction>.Ok>(created).Value.Reference;
    }

    /// <summary>Twice: the first may join a scan that began before what this test has done.</summary>
    public async Task ScanAsync()
    {
        for (var scans = 0; scans < 2; scans++)
            await Account.AsReference<IRemindable>().ReceiveReminder(TripayAccountGrain.ScanReminder, default);
    }

    /// <summary>Turns business time here and at the gateway.</summary>
    public async Task TurnAsync(TimeSpan by)
    {
        await Cluster.TurnAsync(by);
        await Gateway.SetClockOffsetAsync(Cluster.Clock.Offset);
    }

    public async Task<long> BalanceAsync(UserId owner) => (await Cluster.Wallet(owner).Get()).BalanceIdr;

    /// <summary>How many rows the ledger has for an operation.</summary>
    public async Task<long> RowsAsync(UserId owner, string reference)
    {
        await using var command = Cluster.Sources.Queries.CreateCommand(
            "SELECT count(*) FROM wallet_transactions WHERE wallet_id = $1 AND operation_id = $2 AND upper(contra_account) = 'GATEWAY' AND upper(reference_type) = 'DEPOSIT'");
        command.Parameters.Add(new() { Value = owner.Value });
        command.Parameters.Add(new() { Value = $"tripay:{reference}" });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>One member of the stored state, as text.</summary>
    public async Task<string?> StoredAsync(DepositId deposit, string member)
    {
        await using var command = Cluster.Sources.Queries.CreateCommand("SELECT payload->>$2 FROM grain_state WHERE state = 'deposit' AND key = $1");
        command.Parameters.Add(new() { Value = GrainKeys.Deposit(deposit) });
        command.Parameters.Add(new() { Value = member });
        return await command.ExecuteScalarAsync() as string;
    }

    /// <summary>What of a customer's payments waits at the payment desk.</summary>
    public async Task<string?> CasesAsync(UserId owner)
    {
        await using var command = Cluster.Sources.Queries.CreateCommand("SELECT string_agg(kind, ' ' ORDER BY kind) FROM payment_cases WHERE user_id = $1 AND status = 'OPEN'");
        command.Parameters.Add(new() { Value = owner.Value });
        return await command.ExecuteScalarAsync() as string;
    }

    /// <summary>The schedule of record.</summary>
    public async Task<long?> DueAtAsync(DepositId deposit)
    {
        await using var command = Cluster.Sources.Queries.CreateCommand("SELECT due_at FROM grain_state WHERE state = 'deposit' AND key = $1");
        command.Parameters.Add(new() { Value = GrainKeys.Deposit(deposit) });
        return await command.ExecuteScalarAsync() as long?;
    }
}

/// <summary>One open deposit of one customer.</summary>
public sealed record Opened(DepositCluster Cluster, DepositId Id, UserId Owner, string Reference)
{
    public IDepositGrain Grain => Cluster.Deposit(Id);

    /// <summary>The customer pays at the gateway; nobody tells us.</summary>
    public void Pay() => Assert.True(Cluster.Gateway.Apply(Reference, PaymentAction.Pay));

    /// <summary>What the gateway says arrives, and all that follows is done.</summary>
    public async Task HearAsync()
    {
        var taken = await Grain.PaymentNoticed(Cluster.NoticeOf(Reference));
        Assert.True(taken.IsOk, taken.Error.ToString());
        await Grain.Wake();
    }

    public async Task<DepositView> ViewAsync() => (await Grain.Get()).Value!;

    public Task<long> BalanceAsync() => Cluster.BalanceAsync(Owner);

    public Task<string?> ReviewAsync() => Cluster.StoredAsync(Id, "review");
}

/// <summary>The collection of <see cref="DepositCluster"/>.</summary>
[CollectionDefinition(Name)]
public sealed class DepositCollection : ICollectionFixture<DepositCluster>
{
    public const string Name = "deposits";
}
