using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Webrana.Contracts;
using Webrana.Wire;

namespace Webrana.Api.Problems;

/// <summary>A refusal as an endpoint's result: RFC 9457, <c>application/problem+json</c>.</summary>
public sealed class Refusal : IResult, IStatusCodeHttpResult
{
    private const string MediaType = "application/problem+json";

    // A problem says what it has to say and leaves out the rest; everything else is the wire's own dialect.
    private static readonly JsonSerializerOptions Json = new(WireJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private Refusal(ProblemKind kind, string? detail) => (Kind, Detail) = (kind, detail);

    /// <summary>What kind of refusal it is.</summary>
    public ProblemKind Kind { get; }

    /// <summary>What happened this time, or null for the kind's advice.</summary>
    public string? Detail { get; }

    /// <summary>Messages by camelCase field name.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; private init; }

    /// <summary>What else this refusal carries, for example <c>shortfall</c>.</summary>
    public IReadOnlyDictionary<string, long>? Numbers { get; private init; }

    /// <summary>When it is worth trying again, or null when that is not known.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <inheritdoc/>
    public int? StatusCode => Kind.Status;

    public static Refusal Of(ProblemKind kind, string? detail = null) => new(kind, detail);

    /// <summary>A refusal that says when to come back.</summary>
    public static Refusal Wait(ProblemKind kind, TimeSpan retryAfter) => new(kind, null) { RetryAfter = retryAfter };

    /// <summary>A refusal about fields.</summary>
    public static Refusal Invalid(ProblemKind kind, IReadOnlyDictionary<string, string[]> errors, string? detail = null) => new(kind, detail) { Errors = errors };

    /// <summary>The same refusal with figures a program may use.</summary>
    public Refusal With(IReadOnlyDictionary<string, long> numbers) =>
        new(Kind, Detail) { Errors = Errors, Numbers = numbers, RetryAfter = RetryAfter };

    /// <summary>The refusal of a grain.</summary>
    public static Refusal From<T, TError>(Result<T, TError> refused)
        where T : notnull
        where TError : struct, Enum
    {
        var kind = GrainErrors.KindOf(refused.Error!.Value);
        return new(kind, Sentence(kind, refused.Detail));
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Kind.Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        var retryAfter = RetryAfter ?? (Kind.Status == StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(2) : null);
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = $"{Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))}";
        await JsonSerializer.SerializeAsync(response.Body, Body(httpContext), Json, httpContext.RequestAborted);
    }

    // Grains name the action that runs, or the status that is in the way; here both are called as everywhere on the wire.
    private static string? Sentence(ProblemKind kind, string? detail) => (kind.Code, detail) switch
    {
        (ProblemCodes.ActionInProgress, { } action) => $"{JsonNamingPolicy.SnakeCaseUpper.ConvertName(action)} is running.",
        (ProblemCodes.InvalidState, { } status) => $"The server is {JsonNamingPolicy.SnakeCaseUpper.ConvertName(status)}.",
        _ => detail,
    };

    private ProblemBody Body(HttpContext http) => new()
    {
        Type = $"urn:webrana:problem:{Kind.Code}",
        Title = Kind.Title,
        Status = Kind.Status,
        Detail = Detail is null ? Kind.Advice : $"{Detail} {Kind.Advice}",
        Code = Kind.Code,
        Errors = Errors,
        TraceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
        Extensions = Numbers?.ToDictionary(number => number.Key, number => JsonSerializer.SerializeToElement(number.Value)),
    };
}
