using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Webrana.Api.Consoles;
using Webrana.Api.Webhooks;

namespace Webrana.Api.Hosting;

/// <summary>Traces and metrics: HTTP, SQL, grains and our own counters. Collected only: no exporter is referenced yet, a host that embeds one sees all of them.</summary>
internal static class Telemetry
{
    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql().AddSource("Microsoft.Orleans.*"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddMeter("Npgsql", "Microsoft.Orleans", WebhookMetrics.MeterName, ConsoleMetrics.MeterName));
        return builder;
    }
}
