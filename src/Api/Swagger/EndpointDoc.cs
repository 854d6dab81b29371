using Webrana.Api.Problems;

namespace Webrana.Api.Swagger;

/// <summary>What the documents say of one operation beyond its types.</summary>
/// <param name="Summary">One line.</param>
/// <param name="Example">A request body that validates, or null where there is no body.</param>
/// <param name="Refusals">What it refuses for reasons of its own; what every operation of its kind refuses is added.</param>
public sealed record EndpointDoc(string Summary, object? Example, IReadOnlyList<ProblemKind> Refusals);

/// <summary>Describes endpoints.</summary>
public static class EndpointDocs
{
    /// <summary>An operation without a body.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string summary, params ProblemKind[] refusals) =>
        endpoint.WithMetadata(new EndpointDoc(summary, null, refusals));

    /// <summary>An operation with a body.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string summary, object example, params ProblemKind[] refusals) =>
        endpoint.WithMetadata(new EndpointDoc(summary, example, refusals));
}
