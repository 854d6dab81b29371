namespace Webrana.Api.Problems;

/// <summary>Every refusal leaves as a problem, also those the framework gives without a body.</summary>
internal static class ProblemSetup
{
    public static IServiceCollection AddProblems(this IServiceCollection services) =>
        services.AddExceptionHandler<ProblemExceptionHandler>()
            // Only with this do binding failures reach the handler with their cause instead of an empty 400.
            .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        // The handler always handles; the option wants an exit for the case that it does not.
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = context => Refusal.Of(ProblemKinds.InternalError).ExecuteAsync(context) });
        return app.UseStatusCodePages(context =>
            KindOfStatus(context.HttpContext.Response.StatusCode) is { } kind ? Refusal.Of(kind).ExecuteAsync(context.HttpContext) : Task.CompletedTask);
    }

    private static ProblemKind? KindOfStatus(int status) => status switch
    {
        400 => ProblemKinds.MalformedBody,
        401 => ProblemKinds.Unauthenticated,
        403 => ProblemKinds.Forbidden,
        404 => ProblemKinds.NotFound,
        405 => ProblemKinds.MethodNotAllowed,
        413 => ProblemKinds.BodyTooLarge,
        415 => ProblemKinds.UnsupportedMediaType,
        429 => ProblemKinds.TooManyRequests,
        500 => ProblemKinds.InternalError,
        503 => ProblemKinds.TemporarilyUnavailable,
        _ => null,
    };
}
