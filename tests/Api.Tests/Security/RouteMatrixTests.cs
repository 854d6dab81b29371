using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Security;

/// <summary>
/// Every operation of both OpenAPI documents × everybody who may knock: anonymous, owner, stranger, each staff role, and API tokens with too little, too
/// much and just enough. What is expected of a route is what the route itself declares (<see cref="RouteAccess"/>, and its policies' roles); a route that
/// declares nothing fails, and so does one that names something without saying what its owner has (<see cref="RouteObjects"/>). What is sent is the
/// document's own example; where a right caller would really change the shop, a body that is refused once the caller has passed.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class RouteMatrixTests(SharedApi api) : IAsyncLifetime
{
    static readonly string[] StaffRoles = ["admin", "finance", "support"];

    // It does not end: only its refusals are looked at here, and EventTests read it.
    static readonly string[] NotCalledByRightCallers = ["GET /api/v1/events"];

    // They end or change the login that asks: each has one of its own, in this order.
    static readonly string[] LastOfAll = ["POST /api/v1/me/closing", "DELETE /api/v1/me/sessions", "POST /api/v1/me/password"];

    // Writes of the desk that take no body, so nothing can be refused in them, and that change nothing.
    static readonly string[] HarmlessWrites = ["POST /internal/promos/code"];

    /// <summary>No object: it is refused by whoever reads it, and only right callers get that far.</summary>
    const string Broken = "{";

    // By the host that all of these tests share. The owner's turn uses up what can be used up; what the desk looks at stays.
    static Task<RouteObjects>? _prepared;

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
            if (row.Path.Contains('{') && !RouteObjects.Fillings.ContainsKey(row.Path)) _findings.Add($"{row.Name}: names something, and {nameof(RouteObjects)} does not say what");
        }

        _findings.AddRange(RouteObjects.Fillings.Keys.Where(path => _rows.All(row => row.Path != path)).Select(path => $"{path}: is no route any more"));
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
        var has = await PreparedAsync();
        var people = new Dictionary<string, HttpClient>();
        foreach (var role in StaffRoles) people[role] = (await api.Host.NewStaffAsync(role)).Http;
        foreach (var row in staff)
        {
            var allowed = row.Operation["x-roles"]?.AsArray().Select(role => (string)role!).ToHashSet() ?? [];
            if (allowed.Count == 0) _findings.Add($"{row.Name}: no role is named");
            await ExpectAsync(customer, row, "customer", status => status == 403, has);
            foreach (var role in StaffRoles)
            {
                var http = people[role];
                if (!allowed.Contains(role)) await ExpectAsync(http, row, role, status => status == 403, has);
                else if (row.Method == "GET") await ExpectAsync(http, row, role, status => status is not (401 or 403 or 404) && status < 500, has);
                // A right caller of a write really writes: what is sent cannot be read, which is found out behind the door.
                else if (row.Body is not null) await ExpectAsync(http, row, role, (status, code) => status == 400 && code == ProblemCodes.MalformedBody, has, Broken);
                else if (HarmlessWrites.Contains(row.Name)) await ExpectAsync(http, row, role, status => status < 300, has);
                else _findings.Add($"{row.Name}: a write without a body, and {nameof(HarmlessWrites)} does not name it");
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

    /// <summary>
    /// What belongs to somebody: its owner passes every route that names it, and it is there; for a stranger it does not exist, whatever the method; and a
    /// stranger changes nothing. Of what the owner asks, what is removed goes last; a server that is busy with what was asked before says 409, and one
    /// whose name is not confirmed 422: both say so to its owner only.
    /// </summary>
    [Fact]
    public async Task What_is_somebodys_exists_for_them_alone()
    {
        var has = await PreparedAsync();
        var strangers = new Dictionary<string, HttpClient> { ["stranger"] = (await api.Host.NewCustomerAsync()).Http };
        foreach (var role in StaffRoles.Where(role => role != "admin")) strangers[$"{role} as stranger"] = (await api.Host.NewStaffAsync(role)).Http;
        // With logins of their own: a console belongs to one.
        var admin = await api.Host.SignedInAsync((await api.Host.NewAdminAsync()).Email);
        var owner = await api.Host.SignedInAsync(has.Owner.Email);
        var owned = _rows.Where(row => row.Access?.Audience is Audience.Customer or Audience.Person && row.Path.Contains('{')).ToList();
        foreach (var row in owned)
        {
            foreach (var (who, http) in strangers)
                await ExpectAsync(http, row, who, (status, code) => status == 404 && code == ProblemCodes.NotFound, has);
            // A customer's console is the one thing that an admin opens at the customer's own route, on record: who says no reason is asked for one.
            var onRecord = row.Path == "/api/v1/instances/{id}/console";
            await ExpectAsync(admin, row, "admin as stranger", (status, code) => onRecord ? (status, code) == (422, ProblemCodes.ValidationFailed) : status == 404, has);
        }

        Assert.Contains((await owner.GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>()).Items, left => left.Id == has.Device);
        foreach (var row in owned.OrderBy(row => row.Method switch { "GET" => 0, "DELETE" => 2, _ => 1 }))
            await ExpectAsync(owner, row, "owner", status => status is < 400 or 400 or 409 or 410 or 422, has);
        Report(owned.Count, 20);
    }

    [Fact]
    public async Task A_customer_passes_what_is_for_customers_and_anybody_what_is_open()
    {
        var people = new Dictionary<string, TestUser> { ["customer"] = await api.Host.NewCustomerAsync() };
        foreach (var role in StaffRoles) people[role] = await api.Host.NewStaffAsync(role);
        static bool IsLetIn(int status, string? code) => status is not (405 or 415 or 429 or >= 500)
            && code is not (ProblemCodes.Unauthenticated or ProblemCodes.Forbidden or ProblemCodes.InsufficientScope or ProblemCodes.InvalidSession);
        var customers = _rows.Where(row => row.Access?.Audience is Audience.Customer or Audience.Person && !row.Path.Contains('{')).ToList();
        var open = _rows.Where(row => row.Access?.Audience == Audience.Anyone).ToList();
        var has = await PreparedAsync();
        await EnterAsync(api.Host.Anonymous(), "anonymous");
        // Who works at the desk is a person like any other there, and nothing more: what they find and change is their own, down to the account itself.
        foreach (var (who, person) in people)
        {
            var mine = await api.Host.SignedInAsync(person.Email);
            await EnterAsync(mine, who);
            foreach (var row in customers.Where(row => !NotCalledByRightCallers.Contains(row.Name) && !LastOfAll.Contains(row.Name)))
            {
                await GiveTriesAsync();
                await ExpectAsync(mine, row, who, IsLetIn);
            }

            foreach (var name in LastOfAll)
            {
                await GiveTriesAsync();
                await ExpectAsync(await api.Host.SignedInAsync(person.Email), _rows.Single(row => row.Name == name), who, IsLetIn);
            }
        }

        Report(customers.Count + open.Count, 55);

        async Task EnterAsync(HttpClient http, string who)
        {
            foreach (var row in open)
            {
                if (row.Body is null) await ExpectAsync(http, row, who, status => status < 300, has);
                else await ExpectAsync(http, row, who, (status, code) => status == 400 && code == ProblemCodes.MalformedBody, has, Broken);
            }
        }
    }

    // Not every code of the examples is right: each wrong one would use up a try of the routes after it, and a caller who must wait has not been let in.
    Task<int> GiveTriesAsync() => api.Host.Database.ExecuteAsync("DELETE FROM identity.sign_in_tries; DELETE FROM promo_code_attempts");

    Task<RouteObjects> PreparedAsync() => _prepared ??= RouteObjects.PrepareAsync(api.Host);

    Task ExpectAsync(HttpClient http, Row row, string who, Func<int, bool> expected, RouteObjects? has = null) =>
        ExpectAsync(http, row, who, (status, _) => expected(status), has);

    async Task ExpectAsync(HttpClient http, Row row, string who, Func<int, string?, bool> expected, RouteObjects? has = null, string? body = null)
    {
        // Without an object, or where nobody has said what a path names: an id of nothing.
        var path = has?.Fill(row.Path) ?? System.Text.RegularExpressions.Regex.Replace(row.Path, @"\{(\w+)\}", _ => Guid.NewGuid().ToString());
        using var answer = await http.SendJsonAsync(new HttpMethod(row.Method), path, body ?? row.Body ?? (row.Method is "GET" or "DELETE" ? null : "{}"));
        var text = await answer.Content.ReadAsStringAsync();
        var code = text.StartsWith('{') && answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? (string?)JsonNode.Parse(text)!["code"] : null;
        if (!expected((int)answer.StatusCode, code)) _findings.Add($"{row.Name} as {who}: {(int)answer.StatusCode} {code}");
    }

    void Report(int seen, int atLeast)
    {
        Assert.True(_findings.Count == 0, string.Join(Environment.NewLine, _findings));
        Assert.True(seen >= atLeast, $"Only {seen} routes were found.");
    }
}
