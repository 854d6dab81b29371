using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Webrana.Sandbox.Tripay;
using Webrana.Sandbox.Tripay.Callbacks;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Tripay.Callbacks;
using Webrana.Tripay.Tests.Support;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Simulator;

public class CallbackSenderTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    static TripayCallbackVerdict Verify(CallbackReceiver.Received received) =>
        TripayCallback.Read(received.Headers, received.Body, new TripaySimulatorOptions().PrivateKey);

    static Task<IReadOnlyList<CallbackAttempt>> WaitAsync(TripaySandbox sandbox, int attempts) => sandbox.Simulator.WaitForCallbacksAsync(log => log.Count >= attempts, Until.Now);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payment_is_told_in_a_body_the_product_accepts(bool phpEscapes)
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { PhpEscapes = phpEscapes };
        var order = TripaySandbox.Order("QRIS", 100_000, "BILL/2026/é-X") with { CallbackUrl = receiver.Url };
        var created = Assert.IsType<TripayResult<TripayTransaction>.Ok>(await sandbox.Client.CreateTransactionAsync(order, Until.Now)).Value;
        sandbox.Pay(created.Reference);
        await WaitAsync(sandbox, 1);

        var received = Assert.Single(receiver.Requests);
        var payment = Assert.IsType<TripayCallbackVerdict.Accepted>(Verify(received)).Payment;
        Assert.Equal(created.Reference, payment.Reference);
        Assert.Equal(order.MerchantRef, payment.MerchantRef);
        Assert.Equal("QRIS", payment.MethodCode);
        Assert.Equal(created.AmountIdr, payment.TotalAmountIdr);
        Assert.Equal((0, 1_450, 100_000), (payment.FeeMerchantIdr, payment.FeeCustomerIdr, payment.AmountReceivedIdr));
        Assert.Equal(TripayStatus.Paid, payment.Status);
        Assert.NotNull(payment.PaidAt);
        Assert.Equal("application/json", received.ContentType);
        var text = Encoding.UTF8.GetString(received.Body);
        Assert.Equal(phpEscapes, text.Contains(@"BILL\/2026\/\u00e9-X", StringComparison.Ordinal));
        Assert.StartsWith("""{"reference":"DEV-""", text, StringComparison.Ordinal);
        Assert.EndsWith(""","note":null}""", text, StringComparison.Ordinal);
        Assert.True(Assert.Single(sandbox.Simulator.CallbackAttempts).Succeeded);
    }

    [Theory]
    [InlineData(200, """{"success":false}""")]
    [InlineData(200, "OK")]
    [InlineData(200, "")]
    [InlineData(200, """{"success":"true"}""")]
    [InlineData(307, """{"success":true}""")]
    [InlineData(500, "oops")]
    public async Task An_answer_that_does_not_say_success_is_repeated_three_times_every_two_minutes(int status, string answer)
    {
        var time = new FakeTimeProvider(Start);
        await using var receiver = await CallbackReceiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = status == 307 ? "/elsewhere" : default;
            return context.Response.WriteAsync(status == 307 ? "" : answer);
        };
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = time });
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await WaitAsync(sandbox, attempt);
            time.Advance(TimeSpan.FromSeconds(120));
        }
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromHours(1));

        var log = sandbox.Simulator.CallbackAttempts;
        Assert.Equal([1, 2, 3, 4], log.Select(attempt => attempt.Attempt));
        Assert.Equal([0, 120, 240, 360], log.Select(attempt => (attempt.At - Start).TotalSeconds));
        Assert.All(log, attempt => Assert.False(attempt.Succeeded));
        Assert.All(log, attempt => Assert.Equal(status, attempt.HttpStatus));
        Assert.All(receiver.Requests, request => Assert.Equal("/webhooks/tripay", request.Path));
        Assert.Single(receiver.Requests.Select(request => Encoding.UTF8.GetString(request.Body)).Distinct());
    }

    [Fact]
    public async Task No_repetition_comes_before_its_time_or_after_success()
    {
        var time = new FakeTimeProvider(Start);
        await using var receiver = await CallbackReceiver.StartAsync();
        receiver.Answer = (context, count) => context.Response.WriteAsync(count == 1 ? "busy" : """{"success":true}""");
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = time });
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        await WaitAsync(sandbox, 1);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromSeconds(119));
        Assert.Single(sandbox.Simulator.CallbackAttempts);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromSeconds(120));
        Assert.Equal([false, true], sandbox.Simulator.CallbackAttempts.Select(attempt => attempt.Succeeded));
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromDays(1));
        Assert.Equal(2, sandbox.Simulator.CallbackAttempts.Count);
    }

    [Fact]
    public async Task Duplicates_are_the_same_bytes_again()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { Duplicates = 2 };
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        await WaitAsync(sandbox, 3);
        Assert.Equal(3, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => ((TripayCallbackVerdict.Accepted)Verify(request)).BodySha256).Distinct());
    }

    [Fact]
    public async Task Reordered_the_refund_is_told_before_the_payment()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = new FakeTimeProvider(Start) });
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { Reorder = true };
        var reference = (await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference;
        sandbox.Pay(reference);
        Assert.True(sandbox.Simulator.Apply(reference, PaymentAction.Refund));
        await WaitAsync(sandbox, 2);
        Assert.Equal(["REFUND", "PAID"], sandbox.Simulator.CallbackAttempts.Select(attempt => attempt.Status));
    }

    [Fact]
    public async Task Held_back_without_a_successor_a_callback_comes_after_all()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = new FakeTimeProvider(Start) });
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { Reorder = true };
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromSeconds(4));
        Assert.Empty(receiver.Requests);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromSeconds(5));
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_delay_is_kept_on_the_business_clock()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = new FakeTimeProvider(Start) });
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { DelayMs = 90_000 };
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromSeconds(89));
        Assert.Empty(receiver.Requests);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromSeconds(90));
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_callback_lost_while_they_are_off_is_never_made_up_for()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { Callbacks = false };
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { Callbacks = true };
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromHours(1));
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task A_bad_signature_is_one_the_product_rejects()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { BadSignature = true };
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        await WaitAsync(sandbox, 1);
        var rejected = Assert.IsType<TripayCallbackVerdict.Rejected>(Verify(Assert.Single(receiver.Requests)));
        Assert.Equal(TripayCallbackRejection.WrongSignature, rejected.Reason);
    }

    [Fact]
    public async Task A_callback_can_arrive_before_the_create_is_answered()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.AddFault("callback_before_create");
        var created = await sandbox.CreateAsync(callbackUrl: receiver.Url);
        Assert.Equal(TripayStatus.Unpaid, created.Status);
        Assert.Equal(created.Reference, Assert.IsType<TripayCallbackVerdict.Accepted>(Verify(Assert.Single(receiver.Requests))).Payment.Reference);
    }

    [Fact]
    public async Task The_merchants_default_address_is_used_when_a_payment_names_none()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { CallbackUrl = receiver.Url });
        sandbox.Pay((await sandbox.CreateAsync()).Reference);
        await WaitAsync(sandbox, 1);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("http://192.0.2.1/webhooks/tripay")]
    [InlineData("not an address")]
    public async Task Nothing_is_sent_off_this_machine(string url)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: url)).Reference);
        await WaitAsync(sandbox, 1);
        Assert.Equal("The callback address is not on loopback.", sandbox.Simulator.CallbackAttempts[0].Error);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        receiver.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var sandbox = await TripaySandbox.StartAsync();
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { CallbackTimeoutMs = 100 };
        sandbox.Pay((await sandbox.CreateAsync(callbackUrl: receiver.Url)).Reference);
        await WaitAsync(sandbox, 1);
        Assert.Equal("No answer in time.", sandbox.Simulator.CallbackAttempts[0].Error);
    }
}
