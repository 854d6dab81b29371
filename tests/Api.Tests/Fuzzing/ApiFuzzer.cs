using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Webrana.Api.Tests.Support;
using Webrana.Data.Wallets;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Fuzzing;

/// <summary>
/// Four people who use every operation of both documents in any order, with ids they have seen and ids they have not. After every answer: no 5xx, the
/// answer is what the document promises, and nothing in it belongs to somebody else. Now and then, and at the end: every invariant of the money in SQL.
/// </summary>
/// <param name="seed">One of CsCheck's: it alone decides what is asked.</param>
sealed partial class ApiFuzzer(ApiHost host, string seed)
{
    /// <summary>Streams do not end; what is asked of people outside takes their time.</summary>
    static readonly string[] NotAsked = ["GET /api/v1/events"];

    /// <summary>They say that something outside is not there, which here is true of made-up tokens and hosts.</summary>
    static readonly string[] OutsideIsAway =
        ["provider_unavailable", "gateway_unavailable", "temporarily_unavailable", "no_capacity", "sales_stopped", "deposits_stopped"];

    /// <summary>How many of the steps before a finding may have a part in it, and how long to look for which.</summary>
    const int Remembered = 256;
    static readonly TimeSpan Looking = TimeSpan.FromSeconds(30);

    readonly SortedDictionary<int, int> _answers = [];
    readonly List<string> _findings = [];
    readonly Queue<Step> _steps = new();
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

    /// <summary>What an answer broke: of one kind, and in full.</summary>
    sealed record Finding(string Kind, string What);

    public IReadOnlyDictionary<int, int> Answers => _answers;

    /// <summary>How many requests were sent: with the seed and this number the same are sent again.</summary>
    public int Asked { get; private set; }

    /// <summary>Asks for as long as this, or where a number of steps is given, as often; then tells what it found.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan time, int? steps, CancellationToken cancellation)
    {
        var actors = await NewActorsAsync();
        var documents = new List<ApiDocument>();
        foreach (var name in new[] { "v1", "internal" })
            documents.Add(new ApiDocument(name, JsonNode.Parse(await host.Anonymous().GetStringAsync($"/swagger/{name}/swagger.json", cancellation))!));
        var asking = Steps.Of([.. documents.SelectMany(document => document.Operations).Where(operation => !NotAsked.Contains(operation.Name))]);
        var random = PCG.Parse(seed);
        var invariants = new LedgerInvariants(host.Sources);
        var started = TimeProvider.System.GetTimestamp();
        Finding? first = null;
        List<Step> before = [];
        while ((steps is { } all ? Asked < all : TimeProvider.System.GetElapsedTime(started) < time) && _findings.Count < 10)
        {
            if (Asked % 200 == 0) await LetInAsync(actors, cancellation);
            var step = asking.Generate(random, null, out _);
            _steps.Enqueue(step);
            if (_steps.Count > Remembered) _steps.Dequeue();
            var (status, asked, found) = await AskAsync(step, actors, cancellation);
            _trail.Enqueue(asked);
            if (_trail.Count > 12) _trail.Dequeue();
            _answers[status] = _answers.GetValueOrDefault(status) + 1;
            foreach (var finding in found)
            {
                Found(finding.What);
                if (first is not null) continue;
                first = finding;
                before = [.. _steps];
            }

            if (++Asked % 200 == 0) await CheckMoneyAsync(invariants, cancellation);
        }

        await CheckMoneyAsync(invariants, cancellation);
        if (first is not null) _findings.Add(await ShortestAsync(first, before, cancellation));
        return _findings;
    }

    async Task<Actor[]> NewActorsAsync()
    {
        var (alice, bob, admin) = (await host.NewCustomerAsync(), await host.NewCustomerAsync(), await host.NewAdminAsync());
        foreach (var customer in new[] { alice, bob }) await Scenario.FundAsync(host, customer, 1_000_000);
        // In the order of Who.
        return [new("alice", alice), new("bob", bob), new("admin", admin), new("anonymous", null)];
    }

    /// <summary>Tokens end, sessions are signed out and customers frozen: without this most of a run would knock at closed doors.</summary>
    async Task LetInAsync(Actor[] actors, CancellationToken cancellation)
    {
        foreach (var actor in actors)
            actor.Http = actor.User is { } user ? host.As(user.Id, actor.Name == "admin" ? Roles.Admin : Roles.Customer) : host.Anonymous();
        var admin = actors[(int)Who.Admin];
        foreach (var actor in actors.Where(actor => actor.Name is "alice" or "bob"))
        {
            using var answer = await admin.Http.SendJsonAsync(
                HttpMethod.Post, $"/internal/users/{actor.User!.Id}/unfreeze", new DeskActRequest("The fuzzer froze this customer"), null);
            if (!answer.IsSuccessStatusCode)
                Found($"unfreezing {actor.Name} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }

    async Task<(int Status, string Asked, List<Finding> Found)> AskAsync(Step step, Actor[] actors, CancellationToken cancellation)
    {
        var (actor, operation, turn) = (actors[(int)step.Who], step.Operation, 0);
        var path = PathParameter().Replace(operation.Path, match => Uri.EscapeDataString(IdFor(step.Ids[turn++], actor, actors, operation, match.Groups[1].Value)));
        var address = step.Query.Length == 0 ? path : $"{path}?{step.Query}";
        var asked = $"{actor.Name}: {operation.Method} {address} {step.Body}";
        using var answer = await actor.Http.SendJsonAsync(new HttpMethod(operation.Method), address, step.Body, step.Key);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        var (status, mediaType) = ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType);
        List<Finding> found = [.. Judge(actor, actors, operation, status, mediaType, text)];
        if (status is >= 200 and < 300 && mediaType == "application/json" && text.Length > 0) Remember(actor, operation, JsonNode.Parse(text), asked);
        return (status, asked.Length <= 400 ? asked : asked[..400] + "…", found);
    }

    static IEnumerable<Finding> Judge(Actor actor, Actor[] actors, Operation operation, int status, string? mediaType, string text)
    {
        if (status >= 500 && !(status == 503 && OutsideIsAway.Any(code => text.Contains($"\"{code}\"", StringComparison.Ordinal))))
            yield return new Finding($"{operation.Name}: {status}", $"{status}: {text}");
        // A path that an id made unroutable is answered before there is an operation.
        else if (status is not (404 or 405) && operation.Source.WhyWrong(operation, status, mediaType, text) is { } wrong)
            yield return new Finding($"{operation.Name}: {wrong}", $"{wrong}: {(text.Length <= 300 ? text : text[..300])}");
        if (actor.Name is "admin") yield break;
        foreach (var other in actors.Where(other => other != actor && other.Name is "alice" or "bob"))
            if (other != actor && other.Private.FirstOrDefault(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)) is { } secret)
                yield return new Finding($"{operation.Name}: somebody else's", $"{actor.Name} was shown {secret}, which is {other.Name}'s");
    }

    async Task CheckMoneyAsync(LedgerInvariants invariants, CancellationToken cancellation)
    {
        foreach (var broken in await invariants.CheckAsync(cancellation))
            Found($"money: {broken.Name} is broken for {broken.Count}: {string.Join(", ", broken.Examples)}");
    }

    /// <summary>
    /// Asks the last steps again, as four other people at the same API: as few of them as still find the same. What needs more than that is told with its
    /// last steps only; the seed and the number of steps ask all of it again.
    /// </summary>
    async Task<string> ShortestAsync(Finding finding, List<Step> steps, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        List<string> told = [];
        async Task<bool> FindsItAsync(IReadOnlyList<Step> some)
        {
            var actors = await NewActorsAsync();
            await LetInAsync(actors, cancellation);
            var asked = new List<string>();
            foreach (var step in some)
            {
                var answer = await AskAsync(step, actors, cancellation);
                asked.Add(answer.Asked);
                if (answer.Found.All(found => found.Kind != finding.Kind)) continue;
                told = asked;
                return true;
            }

            return false;
        }

        var shortest = await Shrinking.ShortestAsync(steps, FindsItAsync, () => TimeProvider.System.GetElapsedTime(started) < Looking);
        return shortest is null
            ? $"{finding.Kind}: not found again by its last {steps.Count} steps alone"
            : $"{finding.Kind}: found again in {shortest.Count} steps: {string.Join(Environment.NewLine + "           ", told)}";
    }

    string IdFor(IdChoice choice, Actor actor, Actor[] actors, Operation operation, string parameter)
    {
        var whose = choice.Whose is { } other ? actors[(int)other] : actor;
        return choice.Turn is { } turn && whose.Seen.TryGetValue(KindOf(operation.Path, parameter), out var ids) && ids.Count > 0 ? ids[turn % ids.Count] : choice.Else;
    }

    /// <summary>The collection before an id in a path: what is shown at <c>/api/v1/orders</c> goes into <c>/api/v1/orders/{id}</c>. Servers are also what orders make.</summary>
    static string KindOf(string path, string parameter)
    {
        var before = path[..path.IndexOf($"{{{parameter}}}", StringComparison.Ordinal)].TrimEnd('/');
        return before.Split('/')[^1] is "orders" ? "instances" : before.Split('/')[^1];
    }

    static void Remember(Actor actor, Operation operation, JsonNode? answer, string asked)
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
    internal static partial Regex PathParameter();
}
