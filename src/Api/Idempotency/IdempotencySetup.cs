using Microsoft.Extensions.DependencyInjection.Extensions;
using Webrana.Data.Faults;
using Webrana.Data.Idempotency;
using Webrana.Wire;

namespace Webrana.Api.Idempotency;

/// <summary>Registers what <c>Idempotency-Key</c> needs. Public: the benchmark host runs the wallet behind the same filter.</summary>
public static class IdempotencySetup
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services)
    {
        // The API has its own by now; other hosts have none that could be armed.
        services.TryAddSingleton<FailPoints>();
        return services.AddSingleton<IdempotencyStore>().AddSingleton<AnswerSeal>().AddHostedService<IdempotencyJanitor>();
    }

    /// <summary>Bodies of requests with a key are remembered while they are read: the filter hashes what binding has read. Before routing's endpoints run.</summary>
    public static IApplicationBuilder UseIdempotency(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Headers.ContainsKey(WireHeaders.IdempotencyKey))
            RememberedBody.Of(http);
        return next(http);
    });

    /// <summary>Honours <c>Idempotency-Key</c> on every endpoint of the group that changes something.</summary>
    public static RouteGroupBuilder HonourIdempotencyKey(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((_, next) =>
        {
            IdempotencyFilter? filter = null;
            return context =>
            {
                if (HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method))
                    return next(context);
                filter ??= ActivatorUtilities.CreateInstance<IdempotencyFilter>(context.HttpContext.RequestServices);
                return filter.InvokeAsync(context, next);
            };
        });
        return group;
    }
}
