using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webrana.Api.Tests.Support;
using HttpJsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Webrana.Api.Tests.Swagger;

[Collection(ApiCollection.Name)]
public sealed partial class SwaggerTests(SharedApi api)
{
    async Task<JsonNode> DocumentAsync(string name) =>
        JsonNode.Parse(await api.Host.Anonymous().GetStringAsync($"/swagger/{name}/swagger.json"))!;

    async Task<List<(string Document, string Method, string Path, JsonObject Operation)>> OperationsAsync()
    {
        var operations = new List<(string, string, string, JsonObject)>();
        foreach (var name in new[] { "v1", "internal" })
        {
            foreach (var (path, item) in (await DocumentAsync(name))["paths"]!.AsObject())
                operations.AddRange(item!.AsObject().Select(pair => (name, pair.Key.ToUpperInvariant(), path, pair.Value!.AsObject())));
        }

        return operations;
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_which_4xx_it_answers_and_how_to_authorize()
    {
        var operations = await OperationsAsync();
        Assert.True(operations.Count >= 45, $"{operations.Count} operations");
        foreach (var (document, method, path, operation) in operations)
        {
            var where = $"{document}: {method} {path}";
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), where);
            var refusals = operation["responses"]!.AsObject().Where(response => response.Key[0] == '4').ToList();
            Assert.True(refusals.Count > 0, where);
            Assert.All(refusals, refusal => Assert.NotNull(refusal.Value!["content"]!["application/problem+json"]));
            Assert.All(refusals, refusal => Assert.Matches("`[a-z_]+`: ", (string)refusal.Value!["description"]!));
            Assert.Contains(operation["responses"]!.AsObject(), response => response.Key[0] == '2');
            var open = path.StartsWith("/api/v1/auth/", StringComparison.Ordinal) || path.StartsWith("/api/v1/legal", StringComparison.Ordinal) || path is "/api/v1/plans" or "/api/v1/regions" or "/api/v1/images" or "/api/v1/notices" or "/api/v1/notices/maintenance" or "/api/v1/addons";
            Assert.True(open == (operation["security"] is null), where);
            Assert.True(open || refusals.Any(refusal => refusal.Key == "401"), where);
            Assert.True(document != "internal" || refusals.Any(refusal => refusal.Key == "403"), where);
            if (method != "GET")
                Assert.Contains(operation["parameters"]!.AsArray(), parameter => (string?)parameter!["name"] == "Idempotency-Key");
        }
    }

    [Fact]
    public async Task Every_body_has_an_example_that_the_endpoint_itself_reads_and_whose_fields_the_schema_knows()
    {
        var seen = 0;
        foreach (var (document, method, path, operation) in await OperationsAsync())
        {
            var type = BodyOf(method, path);
            var content = operation["requestBody"]?["content"]?["application/json"];
            Assert.True((type is null) == (content is null), $"{method} {path}: body {type} against {content?.ToJsonString()}");
            if (type is null)
                continue;
            var example = content!["example"] ?? throw new Xunit.Sdk.XunitException($"{method} {path} has no example.");
            var json = api.Host.Services.GetRequiredService<IOptions<HttpJsonOptions>>().Value.SerializerOptions;
            Assert.NotNull(JsonSerializer.Deserialize(example.ToJsonString(), type, json));
            var schema = await SchemaAsync(document, (string)content["schema"]!["$ref"]!);
            Assert.Subset(
                schema["properties"]!.AsObject().Select(property => property.Key).ToHashSet(), example.AsObject().Select(field => field.Key).ToHashSet());
            seen++;
        }

        Assert.True(seen >= 15, $"{seen} bodies");
    }

    /// <summary>
    /// Sent as they stand in the documents, no example is refused for what it says: at most for what is not there (a user, a link, money).
    /// On a host of its own: the examples publish terms and a promo that every other test's customers would meet.
    /// </summary>
    [Fact]
    public async Task Every_example_validates_at_the_endpoint()
    {
        await using var host = await ApiHost.StartAsync();
        var admin = await host.NewAdminAsync();
        foreach (var (_, method, path, operation) in await OperationsAsync())
        {
            if (operation["requestBody"]?["content"]?["application/json"]?["example"] is not { } example)
                continue;
            var address = path.Replace("{userId}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
            using var answer = await admin.Http.SendJsonAsync(new HttpMethod(method), address, example.ToJsonString());
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, $"{method} {path}: {text}");
            Assert.DoesNotMatch("\"code\":\"(malformed_body|validation_failed|weak_password|invalid_name|invalid_plan|invalid_price|price_missing|invalid_amount|amount_[a-z_]+|payment_method_unavailable|unsupported_media_type|[a-z]+_unavailable)\"", text);
        }
    }

    /// <summary>Where there is no body the address is the example: as it stands there it is read, though it names nothing that is here.</summary>
    [Fact]
    public async Task Every_address_has_an_example_that_the_endpoint_reads()
    {
        string[] endless = ["/api/v1/events"];
        var admin = await api.Host.NewAdminAsync();
        var read = 0;
        foreach (var (_, method, path, operation) in await OperationsAsync())
        {
            var (address, query) = (path, "");
            foreach (var parameter in (operation["parameters"]?.AsArray() ?? []).OfType<JsonObject>())
            {
                var (name, example) = ((string)parameter["name"]!, (string?)parameter["example"]);
                var inPath = (string?)parameter["in"] == "path";
                Assert.False((inPath || (bool?)parameter["required"] == true) && string.IsNullOrEmpty(example), $"{method} {path}: {name} has no example");
                address = inPath ? address.Replace($"{{{name}}}", example, StringComparison.Ordinal) : address;
                query += inPath || example is null ? "" : $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(example)}";
            }

            // Writes without a body would write.
            if (method != "GET" || endless.Contains(path))
                continue;
            using var answer = await admin.Http.GetAsync(address + query);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode is < HttpStatusCode.InternalServerError and not HttpStatusCode.BadRequest and not HttpStatusCode.UnprocessableEntity, $"GET {address}{query}: {text}");
            read++;
        }

        Assert.True(read >= 40, $"{read} addresses");
    }

    [Fact]
    public async Task Both_documents_have_the_bearer_scheme_and_the_page_loads()
    {
        foreach (var name in new[] { "v1", "internal" })
            Assert.Equal("bearer", (string?)(await DocumentAsync(name))["components"]!["securitySchemes"]!["bearer"]!["scheme"]);
        var page = await api.Host.Anonymous().GetStringAsync("/swagger/index.html");
        Assert.Contains("Webrana API", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_documented_operation_is_a_route_and_the_other_way_round()
    {
        var documented = (await OperationsAsync()).Select(operation => $"{operation.Method} {operation.Path}").Order();
        var routes = Endpoints()
            .Where(route => route.Path.StartsWith("/api/", StringComparison.Ordinal) || route.Path.StartsWith("/internal/", StringComparison.Ordinal))
            .Select(route => $"{route.Method} {route.Path}").Order();
        Assert.Equal(routes, documented);
    }

    IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Endpoints() =>
        from endpoint in api.Host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint);

    Type? BodyOf(string method, string path) =>
        Endpoints().Single(route => route.Method == method && route.Path == path).Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    async Task<JsonNode> SchemaAsync(string document, string reference) =>
        (await DocumentAsync(document))["components"]!["schemas"]![SchemaName().Match(reference).Value]!;

    [GeneratedRegex("[^/]+$")]
    private static partial Regex SchemaName();
}
