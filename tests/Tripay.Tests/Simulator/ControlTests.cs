using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Webrana.Sandbox.Tripay;
using Webrana.Tripay.Callbacks;
using Webrana.Tripay.Tests.Support;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Tests.Simulator;

/// <summary>The outer names that scripts use.</summary>
public class ControlTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Ready_says_so()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await sandbox.Http.GetAsync("/health/ready", Until.Now)).StatusCode);
        Assert.True(sandbox.Simulator.Address.IsLoopback);
    }

    [Fact]
    public async Task Actions_follow_the_life_of_a_payment()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var reference = (await sandbox.CreateAsync()).Reference;
        Assert.Equal(HttpStatusCode.Conflict, await ActAsync(sandbox, reference, "refund"));
        Assert.Equal(HttpStatusCode.OK, await ActAsync(sandbox, reference, "expire"));
        Assert.Equal(HttpStatusCode.Conflict, await ActAsync(sandbox, reference, "fail"));
        Assert.Equal(HttpStatusCode.OK, await ActAsync(sandbox, reference, "pay"));
        Assert.Equal(HttpStatusCode.Conflict, await ActAsync(sandbox, reference, "pay"));
        Assert.Equal(HttpStatusCode.OK, await ActAsync(sandbox, reference, "refund"));
        Assert.Equal(HttpStatusCode.NotFound, await ActAsync(sandbox, "NOPE", "pay"));
        Assert.Equal(HttpStatusCode.OK, await ActAsync(sandbox, (await sandbox.CreateAsync()).Reference, "fail"));
        var listed = await sandbox.Http.GetFromJsonAsync<JsonArray>("/_sandbox/transactions", Until.Now);
        Assert.Equal(["FAILED", "REFUND"], listed!.Select(row => (string?)row!["status"]));
    }

    static async Task<HttpStatusCode> ActAsync(TripaySandbox sandbox, string reference, string action) =>
        (await sandbox.Http.PostAsync($"/_sandbox/transactions/{reference}/{action}", null, Until.Now)).StatusCode;

    [Fact]
    public async Task Settings_are_laid_over_those_in_force()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var response = await sandbox.PostAsync("/_sandbox/settings", new JsonObject { ["callbacks"] = false, ["duplicates"] = true, ["reorder"] = 1, ["feePaidBy"] = "merchant" });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(sandbox.Simulator.Settings is { Callbacks: false, Duplicates: 1, Reorder: true, FeePaidBy: FeePayer.Merchant, PhpEscapes: true });
        await sandbox.PostAsync("/_sandbox/settings", new JsonObject { ["duplicates"] = 3, ["reorder"] = false });
        Assert.True(sandbox.Simulator.Settings is { Callbacks: false, Duplicates: 3, Reorder: false });
        Assert.False((bool)(await sandbox.Http.GetFromJsonAsync<JsonObject>("/_sandbox/settings", Until.Now))!["callbacks"]!);
    }

    [Theory]
    [InlineData("""{"calbacks":false}""")]
    [InlineData("""{"callbacks":"maybe"}""")]
    [InlineData("""{"duplicates":-1}""")]
    [InlineData("""{"feePaidBy":"bank"}""")]
    public async Task A_setting_that_makes_no_sense_is_refused_and_changes_nothing(string patch)
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        var before = sandbox.Simulator.Settings;
        Assert.Equal(HttpStatusCode.BadRequest, (await sandbox.PostAsync("/_sandbox/settings", JsonNode.Parse(patch)!)).StatusCode);
        Assert.Same(before, sandbox.Simulator.Settings);
    }

    [Fact]
    public async Task Faults_are_listed_used_up_and_cleared()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await sandbox.PostAsync("/_sandbox/faults", new JsonObject { ["kind"] = "meteor" })).StatusCode);
        await sandbox.PostAsync("/_sandbox/faults", new JsonObject { ["kind"] = "whitelist_403", ["count"] = 2 });
        await sandbox.Client.GetChannelsAsync(cancellationToken: Until.Now);
        Assert.Equal(1, (int)(await sandbox.Http.GetFromJsonAsync<JsonArray>("/_sandbox/faults", Until.Now))![0]!["count"]!);
        await sandbox.Http.DeleteAsync("/_sandbox/faults", Until.Now);
        Assert.Empty((await sandbox.Http.GetFromJsonAsync<JsonArray>("/_sandbox/faults", Until.Now))!);
        Assert.Equal(1, (int)(await sandbox.Http.GetFromJsonAsync<JsonObject>("/_sandbox/requests", Until.Now))!["GET /api-sandbox/merchant/payment-channel"]!);
        Assert.Throws<ArgumentOutOfRangeException>(() => sandbox.Simulator.AddFault("meteor"));
    }

    [Fact]
    public async Task Turning_the_clock_expires_what_is_overdue_and_tells_it()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = new FakeTimeProvider(Start) });
        var overdue = (await sandbox.CreateAsync("QRIS", callbackUrl: receiver.Url)).Reference;
        var waiting = (await sandbox.CreateAsync("BRIVA", callbackUrl: receiver.Url)).Reference;
        var response = await sandbox.PostAsync("/_sandbox/clock", new JsonObject { ["offsetMs"] = 3_600_000 });
        Assert.Equal(1, (int)(await response.Content.ReadFromJsonAsync<JsonObject>(Until.Now))!["expired"]!);
        Assert.Equal(Start.AddHours(1), (DateTimeOffset)(await sandbox.Http.GetFromJsonAsync<JsonObject>("/_sandbox/clock", Until.Now))!["now"]!);
        var told = Assert.Single(await sandbox.Http.GetFromJsonAsync<JsonArray>($"/_sandbox/callbacks?reference={overdue}", Until.Now) ?? []);
        Assert.Equal("EXPIRED", (string?)told!["status"]);
        Assert.Empty((await sandbox.Http.GetFromJsonAsync<JsonArray>($"/_sandbox/callbacks?reference={waiting}", Until.Now))!);
    }

    [Fact]
    public async Task A_deadline_passes_by_itself_and_its_callback_can_be_switched_off()
    {
        var time = new FakeTimeProvider(Start);
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync(new TripaySimulatorOptions { Time = time });
        await sandbox.CreateAsync("QRIS", callbackUrl: receiver.Url);
        time.Advance(TimeSpan.FromMinutes(61));
        await sandbox.Simulator.WaitForCallbacksAsync(log => log.Any(attempt => attempt.Status == "EXPIRED"), Until.Now);
        sandbox.Simulator.Settings = sandbox.Simulator.Settings with { ExpiredCallbacks = false };
        await sandbox.CreateAsync("QRIS", callbackUrl: receiver.Url);
        await sandbox.Simulator.SetClockOffsetAsync(TimeSpan.FromHours(2));
        Assert.All(sandbox.Simulator.Transactions, transaction => Assert.Equal("EXPIRED", transaction.Status));
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("zero_amount", 0)]
    [InlineData("forged_paid", 200_000 + 4_250)]
    [InlineData("wrong_amount", 200_000 + 4_250 + 1)]
    public async Task The_tester_signs_what_a_careless_receiver_would_believe(string variant, long claimed)
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        var created = await sandbox.CreateAsync(callbackUrl: receiver.Url);
        Assert.Equal(HttpStatusCode.Accepted, (await sandbox.PostAsync("/_sandbox/callback-tester", new JsonObject { ["variant"] = variant, ["reference"] = created.Reference })).StatusCode);
        await sandbox.Simulator.WaitForCallbacksAsync(log => log.Count == 1, Until.Now);
        var payment = Assert.IsType<TripayCallbackVerdict.Accepted>(TripayCallback.Read(
            receiver.Requests.Single().Headers, receiver.Requests.Single().Body, new TripaySimulatorOptions().PrivateKey)).Payment;
        Assert.Equal((created.Reference, TripayStatus.Paid, claimed), (payment.Reference, payment.Status, payment.TotalAmountIdr));
        var truth = Assert.IsType<TripayResult<TripayTransaction>.Ok>(await sandbox.Client.GetTransactionAsync(created.Reference, Until.Now)).Value;
        Assert.Equal(TripayStatus.Unpaid, truth.Status);
    }

    [Fact]
    public async Task The_tester_of_2025_has_no_reference()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var sandbox = await TripaySandbox.StartAsync();
        await sandbox.PostAsync("/_sandbox/callback-tester", new JsonObject { ["url"] = receiver.Url, ["variant"] = "null_reference" });
        await sandbox.Simulator.WaitForCallbacksAsync(log => log.Count == 1, Until.Now);
        var received = receiver.Requests.Single();
        Assert.Equal("Test Callback", Assert.IsType<TripayCallbackVerdict.Test>(TripayCallback.Read(received.Headers, received.Body, new TripaySimulatorOptions().PrivateKey)).Note);
    }

    [Fact]
    public async Task The_tester_needs_an_address_and_a_known_variant()
    {
        await using var sandbox = await TripaySandbox.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await sandbox.PostAsync("/_sandbox/callback-tester", new JsonObject())).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await sandbox.PostAsync("/_sandbox/callback-tester", new JsonObject { ["url"] = "http://127.0.0.1:1/", ["variant"] = "zero_amount" })).StatusCode);
    }
}
