using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Deposits;

namespace Webrana.Api.Tests.Hosting;

/// <summary>One request is one tree: HTTP, the grain, its SQL even where many share it, and the provider behind it.</summary>
[Collection(ApiCollection.Name)]
public sealed class TraceTests(SharedApi shared)
{
    [Fact]
    public async Task A_top_up_can_be_followed_from_the_browser_to_the_gateway_and_the_database()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = ListenInto(ended);
        var customer = await shared.Host.NewCustomerAsync();
        var (trace, status) = await PostTracedAsync(customer, "/api/v1/wallet/deposit", new CreateDepositRequest(50_000, "BRIVA"));
        Assert.Equal(HttpStatusCode.Created, status);

        var mine = await Webrana.Testing.Eventually.Async(
            () => Task.FromResult(ended.Where(activity => activity.TraceId == trace).ToList()),
            all => all.Any(activity => activity.Source.Name == "Microsoft.AspNetCore" && activity.Kind == ActivityKind.Server), ApiHost.Patience, "the request's own span", TestContext.Current.CancellationToken);
        Assert.Contains(mine, activity => activity.Source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal) && activity.DisplayName.Contains("IDepositGrain", StringComparison.Ordinal));
        Assert.Contains(mine, activity => activity.Source.Name == "Npgsql");
        Assert.Contains(mine, activity => activity.Source.Name == "System.Net.Http" && Equals(activity.GetTagItem("url.full"), Authority(shared.Host.Gateway.Address)));
        // Statements are told, what they carry is not.
        Assert.DoesNotContain(mine, activity => activity.TagObjects.Any(tag => $"{tag.Value}".Contains(customer.Email, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The ledger's statements are shared with whoever else waits, and executed by workers that belong to no request.</summary>
    [Fact]
    public async Task An_order_can_be_followed_into_the_statement_that_holds_its_money()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = ListenInto(ended);
        var customer = await shared.Host.NewCustomerAsync();
        await Scenario.FundAsync(shared.Host, customer, Scenario.PriceIdr);
        var (trace, status) = await PostTracedAsync(customer, "/api/v1/orders", Scenario.Order());
        Assert.Equal(HttpStatusCode.Accepted, status);

        // Both were over before the order was answered.
        var waiting = ended.First(span => span.TraceId == trace && span.DisplayName == "wait ledger-commit");
        var wallet = ended.Single(span => span.TraceId == trace && span.SpanId == waiting.ParentSpanId);
        Assert.StartsWith("Microsoft.Orleans", wallet.Source.Name, StringComparison.Ordinal);
        Assert.Contains("IWalletGrain", wallet.DisplayName, StringComparison.Ordinal);
        // A batch ends behind its answers, and its statement's span before it.
        var batch = await Webrana.Testing.Eventually.Async(
            () => Task.FromResult(ended.FirstOrDefault(span => span.DisplayName == "batch ledger-commit" && LeadsTo(waiting, span))),
            span => span is not null, ApiHost.Patience, "the batch that held the order's money", TestContext.Current.CancellationToken);
        Assert.Contains(ended, span => span.Source.Name == "Npgsql" && span.ParentSpanId == batch!.SpanId
            && span.TagObjects.Any(tag => $"{tag.Value}".Contains("wallet_transactions", StringComparison.Ordinal)));
    }

    /// <summary>Telegram's bot, a chat service's webhook, a customer's: who knows the path may speak there.</summary>
    [Fact]
    public async Task Of_an_address_that_is_called_a_trace_says_the_host_and_neither_path_nor_query()
    {
        const string Secret = "12345-rahasia-sekali";
        var ended = new ConcurrentQueue<Activity>();
        using var listener = ListenInto(ended);
        using var parent = new Activity("a round of the courier").Start();
        using var http = new HttpClient { BaseAddress = shared.Host.Address };
        using var answer = await http.GetAsync($"/bot{Secret}/sendMessage?key={Secret}", TestContext.Current.CancellationToken);

        var call = await Webrana.Testing.Eventually.Async(
            () => Task.FromResult(ended.FirstOrDefault(activity => activity.TraceId == parent.TraceId && activity.Source.Name == "System.Net.Http")),
            span => span is not null, ApiHost.Patience, "the call's own span", TestContext.Current.CancellationToken);
        Assert.Equal(Authority(shared.Host.Address), call!.GetTagItem("url.full"));
        Assert.DoesNotContain(Secret, call.DisplayName, StringComparison.Ordinal);
        Assert.DoesNotContain(call.TagObjects, tag => $"{tag.Value}".Contains(Secret, StringComparison.Ordinal));
    }

    // Alone it is the parent of its batch; where it shared the statement with somebody who was there before, a link leads there.
    static bool LeadsTo(Activity waiting, Activity batch) =>
        batch.ParentSpanId == waiting.SpanId || waiting.Links.Any(link => link.Context.SpanId == batch.SpanId);

    // The trace's id comes with the request, as a browser's or another service's would.
    async Task<(ActivityTraceId Trace, HttpStatusCode Status)> PostTracedAsync<T>(TestUser customer, string path, T body)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body, options: WireJson.Options) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        using var bare = new HttpClient(handler) { BaseAddress = shared.Host.Address };
        bare.DefaultRequestHeaders.Authorization = customer.Http.DefaultRequestHeaders.Authorization;
        using var answer = await bare.SendAsync(request, TestContext.Current.CancellationToken);
        return (trace, answer.StatusCode);
    }

    static ActivityListener ListenInto(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "System.Net.Http" or "Npgsql" or "Webrana.Data" || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    static string Authority(Uri address) => $"{address.Scheme}://{address.Authority}";
}
