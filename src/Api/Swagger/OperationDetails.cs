using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Webrana.Api.Admin;
using Webrana.Api.Problems;
using Webrana.Api.Promos;
using Webrana.Api.Security;
using Webrana.Wire;

namespace Webrana.Api.Swagger;

/// <summary>Completes one operation: summary, example body, Idempotency-Key, Authorize, and every refusal by status with its codes.</summary>
internal sealed class OperationDetails : IOperationFilter
{
    private const string ExampleId = "7d9b3c1e-5a34-4f0e-9c55-0b6f6c2f9a11";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var doc = metadata.OfType<EndpointDoc>().LastOrDefault()
            ?? throw new InvalidOperationException($"{context.ApiDescription.HttpMethod} {context.ApiDescription.RelativePath} is not described.");
        var signedIn = metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any();
        operation.Summary = doc.Summary;
        var isWrite = context.ApiDescription.HttpMethod is not ("GET" or "HEAD");
        if (doc.Example is not null)
            AddExample(operation, doc.Example);
        AddAddress(operation, context.ApiDescription.RelativePath ?? "");
        if (isWrite)
            AddIdempotencyKey(operation);
        if (signedIn)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SwaggerSetup.Bearer, context.Document)] = [] }];
        var access = metadata.OfType<RouteAccess>().LastOrDefault() is not null ? RouteAccess.Of(new EndpointMetadataCollection(metadata)) : null;
        AddAccess(operation, access, access?.IsWrite(context.ApiDescription.HttpMethod ?? "GET") ?? isWrite);
        // Who may: read by people in the page, and by the test that walks role × route.
        var desk = Desk.RolesOf(metadata);
        if (desk is not null)
            (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>())["x-roles"] = new JsonNodeExtension(new JsonArray([.. desk]));
        AddRefusals(operation, context, RefusalsOf(doc, signedIn, isWrite, desk is not null));
    }

    private static IEnumerable<ProblemKind> RefusalsOf(EndpointDoc doc, bool signedIn, bool isWrite, bool atDesk)
    {
        foreach (var kind in doc.Refusals)
            yield return kind;
        // An address that cannot be read (U+0000) is refused everywhere.
        yield return ProblemKinds.MalformedBody;
        // Whatever a token opens, it opens nothing to the frozen (FrozenGate).
        if (signedIn)
        {
            yield return ProblemKinds.Unauthenticated;
            yield return ProblemKinds.AccountFrozen;
        }

        if (atDesk)
            yield return ProblemKinds.Forbidden;
        if (signedIn && !atDesk)
            yield return ProblemKinds.InsufficientScope;
        if (doc.Example is not null)
        {
            yield return ProblemKinds.BodyTooLarge;
            yield return ProblemKinds.UnsupportedMediaType;
        }

        if (isWrite)
        {
            yield return ProblemKinds.InvalidIdempotencyKey;
            yield return ProblemKinds.IdempotencyInProgress;
            yield return ProblemKinds.IdempotencyKeyReused;
        }

        yield return ProblemKinds.TemporarilyUnavailable;
    }

    private static void AddExample(OpenApiOperation operation, object example)
    {
        foreach (var content in operation.RequestBody?.Content?.Values.OfType<OpenApiMediaType>() ?? [])
            content.Example = JsonSerializer.SerializeToNode(example, example.GetType(), WireJson.Options);
    }

    /// <summary>What stands in an address when somebody presses "Try it out"; nothing else that a query may hold is needed.</summary>
    private static void AddAddress(OpenApiOperation operation, string path)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var example = parameter.Name switch
            {
                "q" => "sari",
                "confirm" => "toko-kopi",
                "document" => "terms",
                "draft" => JsonSerializer.Serialize(AdminPromosApi.Draft, WireJson.Options),
                "id" when path.StartsWith("internal/reports/", StringComparison.Ordinal) => "REVENUE",
                _ => parameter.In == ParameterLocation.Path ? ExampleId : null,
            };
            if (example is not null)
                parameter.Example = JsonValue.Create(example);
        }
    }

    /// <summary>Who may call it, for people in words and for programs (and the matrix test) as <c>x-access</c>.</summary>
    private static void AddAccess(OpenApiOperation operation, RouteAccess? access, bool writes)
    {
        if (access is null)
            return;
        var scope = access.Area is { } area ? $"{area}:{(writes ? "write" : "read")}" : null;
        operation.Description = access.Audience switch
        {
            Audience.Customer => $"API tokens need the scope `{scope}`.",
            Audience.Person => "For the signed-in person; no API token may do this.",
            _ => operation.Description,
        };
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-access"] = new JsonNodeExtension(new JsonObject { ["audience"] = access.Audience.ToString(), ["scope"] = scope });
    }

    private static void AddIdempotencyKey(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = WireHeaders.IdempotencyKey,
            In = ParameterLocation.Header,
            Description = "Optional, 1 to 255 visible ASCII characters, kept 24 hours: a repetition with the same body gets the first answer.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
        });
    }

    private static void AddRefusals(OpenApiOperation operation, OperationFilterContext context, IEnumerable<ProblemKind> kinds)
    {
        var schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemBody), context.SchemaRepository);
        operation.Responses ??= [];
        foreach (var status in kinds.Distinct().GroupBy(kind => kind.Status).OrderBy(group => group.Key))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join("; ", status.Select(kind => $"`{kind.Code}`: {kind.Title}")),
                Content = new Dictionary<string, IOpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = schema } },
            };
        }
    }
}
