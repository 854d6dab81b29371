using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Webrana.Testing;
using Webrana.Wire.Accounts;

namespace Webrana.Cluster.Tests;

/// <summary>One request is one trace also where API and silo are two processes: what travels between them is the product's own, not a test host's.</summary>
[Collection(RunningSandbox.Collection)]
public sealed class TraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact(Timeout = 300_000)]
    public async Task A_trace_that_comes_with_a_request_goes_through_the_api_into_the_silo()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var collector = await SpanCollector.StartAsync(cancellation);
        await using var sandbox = await RunningSandbox.StartAsync(
            FreeBlock.PortBase(), cancellation, new Dictionary<string, string> { ["Telemetry__OtlpEndpoint"] = collector.Address.ToString() });
        var login = sandbox.Addresses.Logins.Customer;
        var pair = await Answers.Ok(sandbox.Client.Auth.LoginAsync(new LoginRequest(login.Email, login.Password), cancellation));
        var (trace, caller) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());

        await AskAsync(new Uri($"{sandbox.Addresses.Api}/api/v1/wallet"), pair.AccessToken, $"00-{trace}-{caller}-01", cancellation);

        var spans = await Eventually.Async(
            () => Task.FromResult(collector.Spans.Where(span => span.Trace == trace.ToString()).DistinctBy(span => span.Id).ToDictionary(span => span.Id)),
            mine => mine.Values.Any(span => span.Service == "webrana-silo") && mine.Values.Any(span => span.Parent == caller.ToString()),
            Patience, "both processes told of the trace", cancellation);
        // The API's own span hangs on the caller's, and the grain's call in the other process on that one.
        var request = Assert.Single(spans.Values, span => span.Parent == caller.ToString());
        Assert.Equal("webrana-api", request.Service);
        var grain = Assert.Single(spans.Values, span => span.Service == "webrana-silo" && span.Name.Contains("IWalletGrain", StringComparison.Ordinal));
        var way = new List<ReceivedSpan> { grain };
        while (spans.TryGetValue(way[^1].Parent, out var parent))
            way.Add(parent);
        Assert.Equal(request, way[^1]);
    }

    // Without the header that this process would add of its own.
    private static async Task AskAsync(Uri address, string token, string traceparent, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("traceparent", traceparent);
        using var answer = await http.SendAsync(request, cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
