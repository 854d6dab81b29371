using System.Globalization;
using Webrana.Api.Tests.Support;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>
/// One minute of <see cref="ApiFuzzer"/> on an API of its own; <c>./webrana fuzz --minutes N --seed S</c> asks for more, or for the same again. What it
/// finds is mended, and gets a test of its own.
/// </summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task Nobody_gets_a_5xx_another_ones_things_an_undocumented_answer_or_wrong_money_whatever_they_send()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("WEBRANA_FUZZ_MINUTES") ?? "1", CultureInfo.InvariantCulture);
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("WEBRANA_FUZZ_SEED"), out var given) ? given : (ulong)TimeProvider.System.GetTimestamp();
        await using var host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["RequestLimits:PerUserAMinute"] = "1000000" });
        var fuzzer = new ApiFuzzer(host, seed);
        var findings = await fuzzer.RunAsync(TimeSpan.FromMinutes(minutes), TestContext.Current.CancellationToken);
        var told = $"seed {seed}, {fuzzer.Steps} requests, answers {string.Join(", ", fuzzer.Answers.Select(answer => $"{answer.Key}: {answer.Value}"))}";
        TestContext.Current.SendDiagnosticMessage(told);
        if (Environment.GetEnvironmentVariable("WEBRANA_FUZZ_MINUTES") is not null) await Console.Error.WriteLineAsync(told);
        Assert.True(findings.Count == 0, $"{told}{Environment.NewLine}{string.Join(Environment.NewLine, findings.Distinct())}");
        Assert.True(fuzzer.Steps >= 50 && fuzzer.Answers.Keys.Any(status => status is >= 200 and < 300), told);
    }
}
