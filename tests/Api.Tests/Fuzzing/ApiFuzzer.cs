using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Webrana.Api.Tests.Support;
using Webrana.Data.Wallets;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>
/// Four people who use every operation of both documents in any order, with ids they have seen and ids they have not. After every answer: no 5xx, the
/// answer is what the document promises, and nothing in it belongs to somebody else. Now and then, and at the end: every invariant of the money in SQL.
/// </summary>
sealed partial class ApiFuzzer(ApiHost host, ulong seed)
{
    /// <summary>Streams do not end; what is asked of people outside takes their time.</summary>
    static readonly string[] NotAsked = ["GET /api/v1/events"];

    /// <summary>They say that something outside is not there, which here is true of made-up tokens and hosts.</summary>
    static readonly string[] OutsideIsAway =
        ["provider_unavailable", "gateway_unavailable", "temporarily_unavailable", "no_capacity", "sales_stopped", "deposits_stopped"];

    readonly Inputs _inputs = new(new Random(unchecked((int)(seed ^ (seed >> 32)))));
    readonly List<string> _findings = [];
    readonly Queue<string> _trail = new();

    sealed class Actor(string name, TestUser? user)
    {
        public string Name => name;

        public TestUser? User => user;

        public HttpClient Http { get; set; } = null!;

        /// <summary>Ids this actor was shown, by the name of the field that held them.</summary>
        public Dictionary<string, List<string>> Seen { get; } = [];

        /// <summary>What must never be shown to the other customer.</summary>
        public HashSet<string> Private { get; } = user is null ? [] : [user.Id.ToString(), user.Email];
    }

    public IReadOnlyDictionary<int, int> Answers => _answers;

    readonly SortedDictionary<int, int> _answers = [];

    public int Steps { get; private set; }

    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan time, CancellationToken cancellation)
    {
        var (alice, bob, admin) = (await host.NewCustomerAsync(), await host.NewCustomerAsync(), await host.NewAdminAsync());
        foreach (var customer in new[] { alice, bob }) await Scenario.FundAsync(host, customer, 1_000_000);
        Actor[] actors = [new("alice", alice), new("bob", bob), new("admin", admin), new("anonymous", null)];
        var documents = new List<ApiDocument>();
        foreach (var name in new[] { "v1", "internal" })
            documents.Add(new ApiDocument(name, JsonNode.Parse(await host.Anonymous().GetStringAsync($"/swagger/{name}/swagger.json", cancellation))!));
        var operations = documents.SelectMany(document => document.Operations).Where(operation => !NotAsked.Contains(operation.Name)).ToList();
        var invariants = new LedgerInvariants(host.Sources);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < time && _findings.Count < 10)
        {
            if (Steps % 200 == 0) await LetInAsync(actors, cancellation);
            var asking = actors[_inputs.Chance(70) ? (_inputs.Chance(50) ? 0 : 1) : _inputs.Chance(70) ? 2 : 3];
            await AskAsync(asking, actors, _inputs.Any(operations), cancellation);
            if (++Steps % 200 == 0) await CheckMoneyAsync(invariants, cancellation);
        }

        await CheckMoneyAsync(invariants, cancellation);
        return _findings;
    }

    /// <summary>Tokens end, sessions are signed out and customers frozen: without this most of a run would knock at closed doors.</summary>
    async Task LetInAsync(Actor[] actors, CancellationToken cancellation)
    {
        foreach (var actor in actors)
            actor.Http = actor.User is { } user ? host.As(user.Id, actor.Name == "admin" ? Roles.Admin : Roles.Customer) : host.Anonymous();
        var admin = actors.Single(actor => actor.Name == "admin");
        foreach (var actor in actors.Where(actor => actor.Name is "alice" or "bob"))
        {
            using var answer = await admin.Http.SendJsonAsync(
                HttpMethod.Post, $"/internal/users/{actor.User!.Id}/unfreeze", new DeskActRequest("The fuzzer froze this customer"), null);
            if (!answer.IsSuccessStatusCode)
                Found($"unfreezing {actor.Name} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }

    async Task AskAsync(Actor actor, Actor[] actors, Operation operation, CancellationToken cancellation)
    {
        var path = PathParameter().Replace(operation.Path, match => Uri.EscapeDataString(IdFor(actor, actors, operation, match.Groups[1].Value)));
        var query = string.Join('&', operation.Parameters.Where(parameter => (string?)parameter["in"] == "query" && _inputs.Chance(40))
            .Select(parameter => $"{parameter["name"]}={Uri.EscapeDataString(_inputs.Parameter(operation.Source, parameter["schema"]!))}"));
        var body = _inputs.Body(operation);
        var address = query.Length == 0 ? path : $"{path}?{query}";
        var asked = $"{actor.Name}: {operation.Method} {address} {body}";
        _trail.Enqueue(asked.Length <= 400 ? asked : asked[..400] + "…");
        if (_trail.Count > 12) _trail.Dequeue();
        using var answer = await actor.Http.SendJsonAsync(new HttpMethod(operation.Method), address, body, _inputs.Chance(20) ? $"fuzz-{_inputs.Number()}" : null);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        var status = (int)answer.StatusCode;
        _answers[status] = _answers.GetValueOrDefault(status) + 1;
        Judge(actor, actors, operation, status, answer.Content.Headers.ContentType?.MediaType, text);
        if (status is >= 200 and < 300 && answer.Content.Headers.ContentType?.MediaType == "application/json" && text.Length > 0) Remember(actor, operation, JsonNode.Parse(text), asked);
    }

    void Judge(Actor actor, Actor[] actors, Operation operation, int status, string? mediaType, string text)
    {
        if (status >= 500 && !(status == 503 && OutsideIsAway.Any(code => text.Contains($"\"{code}\"", StringComparison.Ordinal))))
            Found($"{status}: {text}");
        // A path that an id made unroutable is answered before there is an operation.
        else if (status is not (404 or 405) && operation.Source.WhyWrong(operation, status, mediaType, text) is { } wrong)
            Found($"{wrong}: {(text.Length <= 300 ? text : text[..300])}");
        if (actor.Name is "admin") return;
        foreach (var other in actors.Where(other => other != actor && other.Name is "alice" or "bob"))
            if (other != actor && other.Private.FirstOrDefault(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)) is { } secret)
                Found($"{actor.Name} was shown {secret}, which is {other.Name}'s");
    }

    async Task CheckMoneyAsync(LedgerInvariants invariants, CancellationToken cancellation)
    {
        foreach (var broken in await invariants.CheckAsync(cancellation))
            Found($"money: {broken.Name} is broken for {broken.Count}: {string.Join(", ", broken.Examples)}");
    }

    /// <summary>Mostly an id this actor was shown, sometimes somebody else's, sometimes none.</summary>
    string IdFor(Actor actor, Actor[] actors, Operation operation, string parameter)
    {
        var kind = KindOf(operation.Path, parameter);
        var whose = _inputs.Chance(75) ? actor : _inputs.Any(actors);
        return whose.Seen.TryGetValue(kind, out var ids) && ids.Count > 0 && _inputs.Chance(85) ? _inputs.Any(ids) : _inputs.Chance(50) ? Guid.Empty.ToString() : _inputs.Text() is { Length: > 0 } text ? text : "x";
    }

    /// <summary>The collection before an id in a path: what is shown at <c>/api/v1/orders</c> goes into <c>/api/v1/orders/{id}</c>. Servers are also what orders make.</summary>
    static string KindOf(string path, string parameter)
    {
        var before = path[..path.IndexOf($"{{{parameter}}}", StringComparison.Ordinal)].TrimEnd('/');
        return before.Split('/')[^1] is "orders" ? "instances" : before.Split('/')[^1];
    }

    void Remember(Actor actor, Operation operation, JsonNode? answer, string asked)
    {
        var collection = operation.Path.Split('/').LastOrDefault(part => part.Length > 0 && part[0] != '{') ?? "";
        if (collection is "orders" or "order") collection = "instances";
        foreach (var item in answer switch { JsonObject page when page["items"] is JsonArray items => items, _ => new JsonArray(answer?.DeepClone()) })
        {
            if (item is not JsonObject fields) continue;
            foreach (var name in new[] { "id", "instanceId", "actionId", "promoId" })
            {
                if (fields[name] is not JsonValue value || !value.TryGetValue<string>(out var id) || id.Length == 0) continue;
                var kind = name switch { "instanceId" => "instances", "actionId" => "actions", "promoId" => "promos", _ => collection };
                if (!actor.Seen.TryGetValue(kind, out var seen)) actor.Seen[kind] = seen = [];
                if (seen.Contains(id)) continue;
                seen.Add(id);
                if (seen.Count > 30) seen.RemoveAt(0);
                // Made by this customer, and by nobody else: the catalogue's ids are everybody's, and an id that was only sent back says nothing.
                if (actor.Name is "alice" or "bob" && !asked.Contains(id, StringComparison.Ordinal) && kind is "instances" or "ssh-keys" or "deposits" or "deposit" or "api-tokens" && Guid.TryParse(id, out _)) actor.Private.Add(id);
            }
        }
    }

    void Found(string what) => _findings.Add($"{what}{Environment.NewLine}    after: {string.Join(Environment.NewLine + "           ", _trail)}");

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();
}
