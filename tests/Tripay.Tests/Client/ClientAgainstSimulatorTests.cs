using Webrana.Sandbox.Tripay;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Tests.Support;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Client;

public class ClientAgainstSimulatorTests
{
    static T Ok<T>(TripayResult<T> result) => Assert.IsType<TripayResult<T>.Ok>(result).Value;

    static TripayResult<T>.Refused Refused<T>(TripayResult<T> result) => Assert.IsType<TripayResult<T>.Refused>(result);

    [Fact]
    public async Task Channels_come_with_the_fee_the_customer_pays()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var channels = Ok(await sandbox.Client.GetChannelsAsync(cancellationToken: Until.Now));
        Assert.Equal(21, channels.Count);
        Assert.All(channels, channel => Assert.True(channel is { Active: true, MinimumAmount: > 0, IconUrl: not null, Name.Length: > 0 }));
        var qris = Assert.Single(channels, channel => channel.Code == "QRIS2");
        Assert.Equal(new TripayFeeRate(750, 0.7m), qris.FeeCustomer);
        Assert.Equal(1_450, qris.CustomerFeeIdr(100_000));
        Assert.Equal("redirect", Assert.Single(channels, channel => channel.Code == "OVO").Type);
        Assert.Equal("BRIVA", Assert.Single(Ok(await sandbox.Client.GetChannelsAsync("BRIVA", Until.Now))).Code);
    }

    [Fact]
    public async Task The_fee_shown_is_the_fee_calculated_and_the_fee_charged()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        foreach (var channel in Ok(await sandbox.Client.GetChannelsAsync(cancellationToken: Until.Now)))
        {
            var quote = Assert.Single(Ok(await sandbox.Client.GetFeesAsync(36_300, channel.Code, Until.Now)));
            var created = await sandbox.CreateAsync(channel.Code, 36_300);
            Assert.Equal(channel.CustomerFeeIdr(36_300), quote.TotalFee.Customer);
            Assert.Equal(quote.TotalFee.Customer, created.FeeCustomerIdr);
            Assert.Equal(36_300 + quote.TotalFee.Customer, created.AmountIdr);
            Assert.Equal(36_300, created.AmountReceivedIdr);
        }
    }

    [Fact]
    public async Task A_merchant_who_bears_the_fee_receives_less()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { FeePaidBy = FeePayer.Merchant };
        var created = await sandbox.CreateAsync("QRISC", 100_000);
        Assert.Equal((100_000, 1_450, 0, 98_550), (created.AmountIdr, created.FeeMerchantIdr, created.FeeCustomerIdr, created.AmountReceivedIdr));
        Assert.Equal(new TripayFeeShares(1_450, 0), Assert.Single(Ok(await sandbox.Client.GetFeesAsync(100_000, "QRISC", Until.Now))).TotalFee);
    }

    [Fact]
    public async Task A_virtual_account_has_a_code_a_qris_has_a_qr_and_a_wallet_has_a_page()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var account = await sandbox.CreateAsync("BRIVA");
        var qris = await sandbox.CreateAsync("QRIS");
        var wallet = await sandbox.CreateAsync("OVO");
        Assert.True(account is { PayCode.Length: 16, PayUrl: null, QrString: null, QrUrl: null });
        Assert.True(qris is { PayCode: null, PayUrl: null, QrString: "SANDBOX MODE" });
        Assert.True(wallet is { PayCode: null, QrString: null });
        Assert.Equal(wallet.CheckoutUrl, wallet.PayUrl);
        Assert.StartsWith("DEV-T0001", account.Reference, StringComparison.Ordinal);
        Assert.Contains(account.PayCode!, string.Join(' ', account.Instructions[0].Steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_comes_back()
    {
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.ReturnUrl = "https://example.com/back");
        var order = TripaySandbox.Order() with { CallbackUrl = "http://127.0.0.1:1/hook", CustomerPhone = "+62 812-3456-7890" };
        var created = Ok(await sandbox.Client.CreateTransactionAsync(order, Until.Now));
        Assert.Equal(order.MerchantRef, created.MerchantRef);
        Assert.Equal("http://127.0.0.1:1/hook", created.CallbackUrl);
        Assert.Equal("https://example.com/back", created.ReturnUrl);
        Assert.Equal("081234567890", created.CustomerPhone);
        Assert.Equal(TripayStatus.Unpaid, created.Status);
        Assert.Equal(order.OrderItems[0], Assert.Single(created.OrderItems));
    }

    [Theory]
    [InlineData("QRIS", 60 * 24, 60 * 60 - 60)]
    [InlineData("ALFAMART", 30, 60 * 60 + 60)]
    [InlineData("BRIVA", 120, 120 * 60)]
    public async Task The_deadline_is_the_one_tripay_sets(string method, int wishedMinutes, int expectedSeconds)
    {
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Start) });
        var created = Ok(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(method) with { ExpiresAt = Start.AddMinutes(wishedMinutes) }, Until.Now));
        Assert.Equal(Start.AddSeconds(expectedSeconds), created.ExpiresAt);
    }

    [Fact]
    public async Task Detail_and_list_and_check_status_follow_the_payment()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var reference = (await sandbox.CreateAsync("QRIS")).Reference;
        Assert.Null(Ok(await sandbox.Client.GetTransactionAsync(reference, Until.Now)).PaidAt);
        sandbox.Pay(reference);
        var detail = Ok(await sandbox.Client.GetTransactionAsync(reference, Until.Now));
        Assert.Equal(TripayStatus.Paid, detail.Status);
        Assert.NotNull(detail.PaidAt);
        Assert.Equal(TripayStatus.Paid, Ok(await sandbox.Client.CheckStatusAsync(reference, Until.Now)));
        var row = Assert.Single(Ok(await sandbox.Client.ListTransactionsAsync(new TransactionQuery { Status = TripayStatus.Paid }, Until.Now)).Items);
        Assert.Equal((reference, detail.PaidAt, detail.ExpiresAt), (row.Reference, row.PaidAt, row.ExpiresAt));
        Assert.NotNull(row.CreatedAt);
    }

    [Theory]
    [InlineData("paid_at_string")]
    [InlineData("paid_at_null")]
    [InlineData("pay_code_number")]
    public async Task Other_shapes_of_a_detail_are_read(string fault)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var created = await sandbox.CreateAsync();
        sandbox.Pay(created.Reference);
        sandbox.Simulator.AddFault(fault);
        var detail = Ok(await sandbox.Client.GetTransactionAsync(created.Reference, Until.Now));
        Assert.Equal(fault != "paid_at_null", detail.PaidAt is not null);
        Assert.Equal(created.PayCode, detail.PayCode);
    }

    [Fact]
    public async Task A_percent_as_text_is_read()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("percent_string");
        Assert.Equal(new TripayFeeRate(750, 0.7m), Assert.Single(Ok(await sandbox.Client.GetChannelsAsync("QRIS", Until.Now))).FeeCustomer);
    }

    [Fact]
    public async Task Lists_are_filtered_sorted_and_paged()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var references = new List<string>();
        for (var i = 0; i < 5; i++) references.Add((await sandbox.CreateAsync(i < 3 ? "BRIVA" : "QRIS")).Reference);
        var first = Ok(await sandbox.Client.ListTransactionsAsync(new TransactionQuery { PerPage = 2 }, Until.Now));
        Assert.Equal([references[4], references[3]], first.Items.Select(item => item.Reference));
        Assert.Equal((1, 2, 5), (first.CurrentPage, first.NextPage, first.TotalRecords));
        var last = Ok(await sandbox.Client.ListTransactionsAsync(new TransactionQuery { PerPage = 2, Page = 3 }, Until.Now));
        Assert.Equal([references[0]], last.Items.Select(item => item.Reference));
        Assert.Null(last.NextPage);
        var oldest = Ok(await sandbox.Client.ListTransactionsAsync(new TransactionQuery { Method = "BRIVA", NewestFirst = false }, Until.Now));
        Assert.Equal(references[..3], oldest.Items.Select(item => item.Reference));
        Assert.Equal(references[3], Assert.Single(Ok(await sandbox.Client.ListTransactionsAsync(new TransactionQuery { Reference = references[3] }, Until.Now)).Items).Reference);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => sandbox.Client.ListTransactionsAsync(new TransactionQuery { PerPage = 51 }, Until.Now));
    }

    [Fact]
    public async Task Instructions_are_filled_in_as_far_as_asked()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var open = Ok(await sandbox.Client.GetInstructionsAsync("BRIVA", allowHtml: true, cancellationToken: Until.Now));
        Assert.Contains("<b>{{pay_code}}</b>", string.Join(' ', open[0].Steps), StringComparison.Ordinal);
        var filled = string.Join(' ', Ok(await sandbox.Client.GetInstructionsAsync("BRIVA", "88812", 200_000, cancellationToken: Until.Now))[0].Steps);
        Assert.Contains("88812", filled, StringComparison.Ordinal);
        Assert.Contains("200.000", filled, StringComparison.Ordinal);
        Assert.DoesNotContain('<', filled);
        Refused(await sandbox.Client.GetInstructionsAsync("NOPE", cancellationToken: Until.Now));
    }

    [Fact]
    public async Task One_merchant_reference_can_hold_several_payments_and_all_are_found()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var order = TripaySandbox.Order();
        for (var i = 0; i < 3; i++) Ok(await sandbox.Client.CreateTransactionAsync(order, Until.Now));
        await sandbox.CreateAsync();
        var found = Ok(await sandbox.Client.FindByMerchantRefAsync(order.MerchantRef, Until.Now));
        Assert.Equal(3, found.Select(transaction => transaction.Reference).Distinct().Count());
        Assert.Empty(Ok(await sandbox.Client.FindByMerchantRefAsync(order.MerchantRef[..^1], Until.Now)));
    }

    [Fact]
    public async Task Found_payments_are_read_over_pages()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var order = TripaySandbox.Order();
        for (var i = 0; i < TransactionQuery.MaximumPerPage + 1; i++) Ok(await sandbox.Client.CreateTransactionAsync(order, Until.Now));
        Assert.Equal(TransactionQuery.MaximumPerPage + 1, Ok(await sandbox.Client.FindByMerchantRefAsync(order.MerchantRef, Until.Now)).Count);
    }

    [Fact]
    public async Task A_wrong_api_key_is_refused()
    {
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.ApiKey = "DEV-wrong");
        Assert.Equal("Invalid API Key", Refused(await sandbox.Client.GetChannelsAsync(cancellationToken: Until.Now)).Message);
    }

    [Fact]
    public async Task A_wrong_private_key_is_refused()
    {
        await using var sandbox = await TripaySandbox.StartAsync(configure: options => options.PrivateKey = "wrong");
        Assert.Equal("Invalid signature", Refused(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now)).Message);
        Assert.Empty(sandbox.Simulator.Transactions);
    }

    public static TheoryData<string, CreateTransaction> BadOrders => new()
    {
        { "Invalid customer email", TripaySandbox.Order() with { CustomerEmail = "siti" } },
        { "expired time must be in seconds (Unix Timestamp)", TripaySandbox.Order() with { ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(86_400) } },
        { "Payment channel is not enabled", TripaySandbox.Order("NOPE") },
        { "Minimum amount is 10000", TripaySandbox.Order(amountIdr: 9_999) },
        { "Maximum amount is 10000000", TripaySandbox.Order(amountIdr: 10_000_001) },
        { "The customer phone field is required", TripaySandbox.Order("DANA") with { CustomerPhone = null } },
    };

    [Theory]
    [MemberData(nameof(BadOrders))]
    public async Task What_tripay_does_not_take_is_refused_with_its_reason(string message, CreateTransaction order)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Assert.Equal(message, Refused(await sandbox.Client.CreateTransactionAsync(order, Until.Now)).Message);
        Assert.Empty(sandbox.Simulator.Transactions);
    }

    [Fact]
    public async Task What_cannot_be_right_is_not_even_sent()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var order = TripaySandbox.Order();
        await Assert.ThrowsAsync<ArgumentException>(() => sandbox.Client.CreateTransactionAsync(order with { AmountIdr = 199_999 }, Until.Now));
        await Assert.ThrowsAsync<ArgumentException>(() => sandbox.Client.CreateTransactionAsync(order with { OrderItems = [] }, Until.Now));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => sandbox.Client.CreateTransactionAsync(order with { AmountIdr = -1 }, Until.Now));
        Assert.Equal(0, sandbox.Calls("POST /api-sandbox/transaction/create"));
    }

    [Fact]
    public async Task A_long_name_is_cut_between_characters()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var name = new string('a', 49) + "👩‍💻" + new string('b', 250);
        Ok(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order("DANA") with { CustomerName = name }, Until.Now));
        Assert.Equal(new string('a', 49), Assert.Single(sandbox.Simulator.Transactions).CustomerName);
    }

    [Fact]
    public async Task A_channel_switched_off_is_shown_as_inactive_and_refused()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { DisabledChannels = ["BRIVA"] };
        Assert.False(Assert.Single(Ok(await sandbox.Client.GetChannelsAsync("BRIVA", Until.Now))).Active);
        Refused(await sandbox.Client.CreateTransactionAsync(TripaySandbox.Order(), Until.Now));
    }

    [Fact]
    public async Task An_unknown_reference_is_refused()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Refused(await sandbox.Client.GetTransactionAsync("DEV-T0001NOPE", Until.Now));
        Refused(await sandbox.Client.CheckStatusAsync("DEV-T0001NOPE", Until.Now));
    }

    static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
}
