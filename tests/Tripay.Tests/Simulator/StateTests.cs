using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Webrana.Sandbox.Tripay;
using Webrana.Tripay.Tests.Support;

namespace Webrana.Tripay.Tests.Simulator;

public sealed class StateTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("tripay").FullName;

    string File => Path.Combine(_folder, "state.json");

    [Fact]
    public async Task A_second_start_continues_where_the_first_was()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var receiver = await CallbackReceiver.StartAsync();
        receiver.Answer = (_, _) => Task.CompletedTask;
        string reference;
        await using (var first = await TripaySandbox.StartAsync(new TripaySimulatorOptions { StateFile = File, Time = time }))
        {
            first.Simulator.Settings = first.Simulator.Settings with { FeePaidBy = FeePayer.Merchant };
            reference = (await first.CreateAsync(callbackUrl: receiver.Url)).Reference;
            await first.Simulator.SetClockOffsetAsync(TimeSpan.FromMinutes(5));
            first.Pay(reference);
            await first.Simulator.WaitForCallbacksAsync(log => log.Count == 1, Until.Now);
        }
        await using var second = await TripaySandbox.StartAsync(new TripaySimulatorOptions { StateFile = File, Time = time });
        Assert.Equal(TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(second.Simulator.Clock.OffsetMs));
        Assert.Equal(FeePayer.Merchant, second.Simulator.Settings.FeePaidBy);
        var kept = Assert.Single(second.Simulator.Transactions);
        Assert.Equal((reference, "PAID"), (kept.Reference, kept.Status));

        // The callback that was not taken is repeated by the second run.
        await second.Simulator.SetClockOffsetAsync(TimeSpan.FromMinutes(7));
        Assert.Equal([1, 2], second.Simulator.CallbackAttempts.Select(attempt => attempt.Attempt));
        Assert.NotEqual(reference, (await second.CreateAsync()).Reference);
    }

    [Fact]
    public async Task A_file_of_another_schema_is_refused_and_left_alone()
    {
        const string Future = """{"schemaVersion":2,"clockOffsetMs":0,"settings":{},"transactions":[],"pending":[],"attempts":[]}""";
        await System.IO.File.WriteAllTextAsync(File, Future, Until.Now);
        await Assert.ThrowsAsync<InvalidDataException>(() => TripaySimulator.StartAsync(new TripaySimulatorOptions { StateFile = File }, Until.Now));
        Assert.Equal(Future, await System.IO.File.ReadAllTextAsync(File, Until.Now));
    }

    [Fact]
    public void The_process_takes_its_options_from_arguments_and_environment()
    {
        var options = Read(("port", "5103"), ("state", "/tmp/s.json"), ("TRIPAY_API_KEY", "DEV-a"), ("TRIPAY_PRIVATE_KEY", "b"), ("TRIPAY_MERCHANT_CODE", "T2"), ("TRIPAY_CALLBACK_URL", "http://127.0.0.1:1/"));
        Assert.Equal((5103, "/tmp/s.json", "DEV-a", "b", "T2", "http://127.0.0.1:1/"), (options.Port, options.StateFile, options.ApiKey, options.PrivateKey, options.MerchantCode, options.CallbackUrl));
        Assert.Equal(5104, Read(("urls", "http://127.0.0.1:5104"), ("TRIPAY_API_KEY", "a"), ("TRIPAY_PRIVATE_KEY", "b")).Port);
    }

    [Fact]
    public void The_process_refuses_to_start_without_keys_or_on_an_outer_address()
    {
        Assert.Throws<ArgumentException>(() => Read(("TRIPAY_API_KEY", "a")));
        Assert.Throws<ArgumentException>(() => Read(("urls", "http://192.0.2.1:80"), ("TRIPAY_API_KEY", "a"), ("TRIPAY_PRIVATE_KEY", "b")));
    }

    static TripaySimulatorOptions Read(params IEnumerable<(string Key, string Value)> values) => TripaySimulatorOptions.FromConfiguration(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build());

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
