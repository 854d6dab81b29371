using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Webrana.Api.Tests.Support;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>
/// One minute of <see cref="ApiFuzzer"/> on an API of its own; <c>./webrana fuzz --minutes N</c> asks for more, <c>--seed S --steps N</c> for the same
/// again. What it finds is mended, and gets a test of its own.
/// </summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task Nobody_gets_a_5xx_another_ones_things_an_undocumented_answer_or_wrong_money_whatever_they_send()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("WEBRANA_FUZZ_MINUTES") ?? "1", CultureInfo.InvariantCulture);
        int? steps = int.TryParse(Environment.GetEnvironmentVariable("WEBRANA_FUZZ_STEPS"), CultureInfo.InvariantCulture, out var number) ? number : null;
        var seed = Environment.GetEnvironmentVariable("WEBRANA_FUZZ_SEED") ?? new PCG(0, (ulong)TimeProvider.System.GetTimestamp()).ToString();
        await using var host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["RequestLimits:PerUserAMinute"] = "1000000" });
        var fuzzer = new ApiFuzzer(host, seed);
        var findings = await fuzzer.RunAsync(TimeSpan.FromMinutes(minutes), steps, TestContext.Current.CancellationToken);
        var told = $"--seed {seed} --steps {fuzzer.Asked}, answers {string.Join(", ", fuzzer.Answers.Select(answer => $"{answer.Key}: {answer.Value}"))}";
        TestContext.Current.SendDiagnosticMessage(told);
        if (Environment.GetEnvironmentVariable("WEBRANA_FUZZ_MINUTES") is not null) await Console.Error.WriteLineAsync(told);
        Assert.True(findings.Count == 0, $"{told}{Environment.NewLine}{string.Join(Environment.NewLine, findings.Distinct())}");
        Assert.True(fuzzer.Asked >= Math.Min(steps ?? 50, 50) && fuzzer.Answers.Keys.Any(status => status is >= 200 and < 300), told);
    }

    [Fact]
    public void A_seed_asks_the_same_again_and_another_seed_something_else()
    {
        var document = new ApiDocument("v1", JsonNode.Parse(
            """
            {"paths": {"/things/{id}": {"post": {
                "parameters": [{"name": "size", "in": "query", "schema": {"type": "integer"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {}}}},
             "components": {"schemas": {"Thing": {"type": "object", "properties": {
                "name": {"type": "string", "nullable": true}, "kind": {"enum": ["A", "B"], "type": "string"}, "at": {"type": "string", "format": "date-time"},
                "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}}}}
            """)!);
        var steps = Steps.Of([.. document.Operations]);
        string Asked(string seed)
        {
            var random = PCG.Parse(seed);
            return string.Join('\n', Enumerable.Range(0, 200).Select(turn => steps.Generate(random, null, out _)).Select(step => $"{step.Who} {string.Join(',', step.Ids)} {step.Query} {step.Body} {step.Key}"));
        }

        var (one, other) = (new PCG(0, 1).ToString(), new PCG(0, 2).ToString());
        Assert.Equal(Asked(one), Asked(one));
        Assert.NotEqual(Asked(one), Asked(other));
        foreach (var who in Enum.GetNames<Who>()) Assert.Contains(who, Asked(one), StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"A\"", Asked(one), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_is_told_in_as_few_steps_as_still_fail()
    {
        Task<bool> FailsAsync(IReadOnlyList<int> some) => Task.FromResult(some.Contains(17) && some.Contains(60));
        int[] steps = [.. Enumerable.Range(0, 64)];
        Assert.Equal([17, 60], await Shrinking.ShortestAsync(steps, FailsAsync, () => true));
        Assert.Null(await Shrinking.ShortestAsync([.. steps.Take(60)], FailsAsync, () => true));
        Assert.Null(await Shrinking.ShortestAsync(steps, FailsAsync, () => false));
    }
}
