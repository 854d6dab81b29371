using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Webrana.Api.Hosting;

namespace Webrana.Api.Problems;

/// <summary>What escapes an endpoint → a problem. Infrastructure that is away answers 503 and says that it may be tried again; the rest is a bug: 500 and an error in the log.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    private static readonly string[] Required = ["This field is required."];
    private static readonly string[] WrongType = ["This value is not of the documented type, or does not fit it."];

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.Response.HasStarted)
            return false;
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more; 499 is what logs and metrics know this as.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = Judge(exception);
        if (refusal.Kind == ProblemKinds.InternalError)
            LogBug(log, exception, httpContext.Request.Method, httpContext.Request.Path);
        else if (refusal.Kind == ProblemKinds.TemporarilyUnavailable)
            LogUnavailable(log, exception, httpContext.Request.Method, httpContext.Request.Path);
        await refusal.ExecuteAsync(httpContext);
        return true;
    }

    internal static Refusal Judge(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Refusal.Of(ProblemKinds.BodyTooLarge),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Refusal.Of(ProblemKinds.UnsupportedMediaType),
        BadHttpRequestException { InnerException: JsonException json } => Unreadable(json),
        BadHttpRequestException => Refusal.Of(ProblemKinds.MalformedBody),
        // Everything an Orleans client throws when silos are away, full, moving or slow. A timeout says nothing about the outcome, hence "same key".
        _ when ClusterAway.Is(exception) => Refusal.Of(ProblemKinds.TemporarilyUnavailable),
        NpgsqlException { IsTransient: true } => Refusal.Of(ProblemKinds.TemporarilyUnavailable),
        InvalidOperationException { InnerException: NpgsqlException { IsTransient: true } } => Refusal.Of(ProblemKinds.TemporarilyUnavailable),
        _ => Refusal.Of(ProblemKinds.InternalError),
    };

    /// <summary>Says which field could not be read where the reader knows it: <c>$.amount</c> → <c>amount</c>.</summary>
    private static Refusal Unreadable(JsonException json)
    {
        var field = json.Path is ['$', '.', .. var path] ? path : null;
        if (field is null)
        {
            var missing = MissingFields(json.Message);
            return missing.Count == 0
                ? Refusal.Of(ProblemKinds.MalformedBody)
                : Refusal.Invalid(ProblemKinds.MalformedBody, missing.ToDictionary(name => name, _ => Required), "A required field is missing.");
        }

        return Refusal.Invalid(
            ProblemKinds.MalformedBody,
            new Dictionary<string, string[]> { [field] = WrongType },
            $"The value of '{field}' cannot be used.");
    }

    /// <summary>System.Text.Json names missing members only in its message, in quotes, after a colon.</summary>
    private static List<string> MissingFields(string message) =>
        message.Contains("missing required", StringComparison.Ordinal)
            ? [.. message[(message.LastIndexOf(':') + 1)..].Split('\'').Where((_, index) => index % 2 == 1)]
            : [];

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogBug(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}: something it needs is away")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string method, string path);
}
