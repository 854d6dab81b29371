using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Security;

/// <summary>
/// Every operation of both OpenAPI documents × everybody who may knock: anonymous, owner, stranger, each staff role, and API tokens with too little, too
/// much and just enough. What is expected of a route is what the route itself declares (<see cref="RouteAccess"/>, and its policies' roles); a route that
/// declares nothing fails. What is sent is the document's own example, so a right caller is refused at most for what is not there.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class RouteMatrixTests(SharedApi api) : IAsyncLifetime
{
    static readonly string[] StaffRoles = ["admin", "finance", "support"];

    // Streams and what ends the very login that asks: only their refusals are looked at.
    static readonly string[] NotCalledByRightCallers = ["GET /api/v1/events"];

    readonly List<string> _findings = [];
    List<Row> _rows = [];

    sealed record Row(string Document, string Method, string Path, JsonObject Operation, RouteEndpoint Endpoint)
    {
        public string Name => $"{Method} {Path}";

        public RouteAccess? Access => RouteAccess.Of(Endpoint.Metadata);

        public bool IsWrite => Access!.IsWrite(Method);

        public string? Body => Operation["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString();
    }

    public async ValueTask InitializeAsync()
    {
        var endpoints = api.Host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (Name: $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint)))
            .ToLookup(pair => pair.Name, pair => pair.endpoint);
        var rows = new List<Row>();
        foreach (var document in new[] { "v1", "internal" })
        {
            var paths = JsonNode.Parse(await api.Host.Anonymous().GetStringAsync($"/swagger/{document}/swagger.json"))!["paths"]!.AsObject();
            foreach (var (path, item) in paths)
            {
                foreach (var (method, operation) in item!.AsObject())
                    rows.Add(new Row(document, method.ToUpperInvariant(), path, operation!.AsObject(), endpoints[$"{method.ToUpperInvariant()} {path}"].First()));
            }
        }

        _rows = rows;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_route_declares_who_it_is_for_and_is_guarded_accordingly()
    {
        foreach (var row in _rows)
        {
            var open = row.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || row.Endpoint.Metadata.GetMetadata<IAuthorizeData>() is null;
            if (row.Access is not { } access) _findings.Add($"{row.Name}: declares nothing (ForAnyone, ForCustomers, ForThePerson, ForStaff)");
            else if (open != (access.Audience == Audience.Anyone)) _findings.Add($"{row.Name}: {access.Audience}, but {(open ? "open" : "closed")}");
            else if (access.Audience == Audience.Staff != (row.Document == "internal")) _findings.Add($"{row.Name}: {access.Audience} in document {row.Document}");
            else if (access is { Area: { } area } && !TokenScopes.Areas.Contains(area)) _findings.Add($"{row.Name}: no such area: {area}");
        }

        Report(_rows.Count, 60);
    }

    [Fact]
    public async Task Nobody_without_a_token_passes_a_closed_route()
    {
        var http = api.Host.Anonymous();
        var closed = _rows.Where(row => row.Access?.Audience != Audience.Anyone).ToList();
        foreach (var row in closed) await ExpectAsync(http, row, "anonymous", status => status == 401);
        Report(closed.Count, 55);
    }

    [Fact]
    public async Task Each_staff_role_passes_exactly_the_internal_routes_that_name_it_and_no_customer_passes_any()
    {
        var staff = _rows.Where(row => row.Access?.Audience == Audience.Staff).ToList();
        var customer = (await api.Host.NewCustomerAsync()).Http;
        var people = new Dictionary<string, HttpClient>();
        foreach (var role in StaffRoles) people[role] = (await api.Host.NewStaffAsync(role)).Http;
        foreach (var row in staff)
        {
            var allowed = row.Operation["x-roles"]?.AsArray().Select(role => (string)role!).ToHashSet() ?? [];
            if (allowed.Count == 0) _findings.Add($"{row.Name}: no role is named");
            await ExpectAsync(customer, row, "customer", status => status == 403);
            foreach (var role in StaffRoles)
            {
                // A right caller of a write really writes, so only reads are made by the right ones.
                var http = people[role];
                if (!allowed.Contains(role)) await ExpectAsync(http, row, role, status => status == 403);
                else if (row.Method == "GET") await ExpectAsync(http, row, role, status => status is not (401 or 403) && status < 500);
            }
        }

        Report(staff.Count, 20);
    }

    [Fact]
    public async Task A_token_passes_with_the_scope_of_its_area_and_with_no_other()
    {
        var user = await api.Host.NewCustomerAsync();
        var tokens = new Dictionary<string, HttpClient>();
        foreach (var scope in TokenScopes.All)
        {
            var made = await api.Host.Services.GetRequiredService<ApiTokens>().CreateAsync(user.Id, Guid.NewGuid(), scope, [scope], null, default);
            tokens[scope] = api.Host.WithToken(made!.Token);
        }

        var customers = _rows.Where(row => row.Access?.Audience is Audience.Customer or Audience.Person).ToList();
        foreach (var row in customers)
        {
            foreach (var (scope, http) in tokens)
            {
                if (row.Access!.Area is not { } area || !TokenScopes.Allow([scope], area, row.IsWrite))
                    await ExpectAsync(http, row, $"token {scope}", (status, code) => status == 403 && code == ProblemCodes.InsufficientScope);
                else if (!row.IsWrite && !NotCalledByRightCallers.Contains(row.Name))
                    await ExpectAsync(http, row, $"token {scope}", status => status is not (401 or 403) && status < 500);
            }
        }

        foreach (var row in _rows.Where(row => row.Access?.Audience == Audience.Staff))
            await ExpectAsync(tokens[TokenScopes.Write], row, "token write", status => status == 403);
        Report(customers.Count, 35);
    }

    /// <summary>What belongs to somebody: its owner finds it, for a stranger it does not exist, whatever the method; and a stranger changes nothing.</summary>
    [Fact]
    public async Task What_is_somebodys_exists_for_them_alone()
    {
        var (owner, stranger) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        // With a login of its own: a console belongs to one.
        var admin = await api.Host.SignedInAsync((await api.Host.NewAdminAsync()).Email);
        var server = await Scenario.OrderAsync(api.Host, owner);
        var deposit = await owner.Http.PostAsync("/api/v1/wallet/deposit", new { amount = 50_000, paymentMethod = "BRIVA" }).ReadAsync<Deposit>(HttpStatusCode.Created);
        var login = await api.Host.SignedInAsync(owner.Email);
        var device = (await login.GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>()).Items.Single().Id;
        var token = (await api.Host.Services.GetRequiredService<ApiTokens>().CreateAsync(owner.Id, Guid.NewGuid(), "x", ["read"], null, default))!.Details.Id;
        var owned = _rows.Where(row => row.Access?.Audience is Audience.Customer or Audience.Person && row.Path.Contains('{')).ToList();
        foreach (var row in owned)
        {
            var mine = row.Path.StartsWith("/api/v1/wallet/deposits/", StringComparison.Ordinal) ? deposit.Id
                : row.Path.StartsWith("/api/v1/me/sessions/", StringComparison.Ordinal) ? device
                : row.Path.StartsWith("/api/v1/api-tokens/", StringComparison.Ordinal) ? token
                : row.Path.StartsWith("/api/v1/instances/", StringComparison.Ordinal) || row.Path.StartsWith("/api/v1/orders/", StringComparison.Ordinal) ? server.InstanceId
                : Guid.NewGuid().ToString();
            // 405 and 415 would say nothing; a body that cannot be right is judged after whose it is, or says nothing of it.
            await ExpectAsync(stranger.Http, row, "stranger", status => status is 404 or 422 or 429, mine);
            // A customer's console is the one thing that an admin opens at the customer's own route, on record; 409 before the server runs.
            var onRecord = row.Path == "/api/v1/instances/{id}/console";
            await ExpectAsync(admin, row, "admin as stranger", status => status is 404 or 422 or 429 || (onRecord && status is 200 or 409), mine);
            if (row.Method == "GET" && !row.IsWrite && mine == server.InstanceId && row.Path.Count(letter => letter == '{') == 1)
                await ExpectAsync(owner.Http, row, "owner", status => status is not (401 or 403 or 404) && status < 500, mine);
        }

        Assert.Contains((await login.GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>()).Items, left => left.Id == device);
        Report(owned.Count, 20);
    }

    Task ExpectAsync(HttpClient http, Row row, string who, Func<int, bool> expected, string? id = null) => ExpectAsync(http, row, who, (status, _) => expected(status), id);

    async Task ExpectAsync(HttpClient http, Row row, string who, Func<int, string?, bool> expected, string? id = null)
    {
        var path = System.Text.RegularExpressions.Regex.Replace(row.Path, @"\{(\w+)\}", match => match.Groups[1].Value == "id" && id is not null ? id : Guid.NewGuid().ToString());
        using var answer = await http.SendJsonAsync(new HttpMethod(row.Method), path, row.Body ?? (row.Method is "GET" or "DELETE" ? null : "{}"));
        var text = await answer.Content.ReadAsStringAsync();
        var code = text.StartsWith('{') ? (string?)JsonNode.Parse(text)!["code"] : null;
        if (!expected((int)answer.StatusCode, code)) _findings.Add($"{row.Name} as {who}: {(int)answer.StatusCode} {code}");
    }

    void Report(int seen, int atLeast)
    {
        Assert.True(_findings.Count == 0, string.Join(Environment.NewLine, _findings));
        Assert.True(seen >= atLeast, $"Only {seen} routes were found.");
    }
}
