using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Webrana.Silo.Hosting;

/// <summary>Meters and traces of the silo. Nothing leaves the process unless an operator adds an exporter.</summary>
public static class Telemetry
{
    /// <summary>Registers what there is to observe.</summary>
    public static void AddWebranaTelemetry(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("webrana-silo"))
            .WithMetrics(metrics => metrics
                .AddMeter("Microsoft.Orleans", "Webrana.*", "Npgsql")
                .AddRuntimeInstrumentation()
                .AddHttpClientInstrumentation()
                .AddAspNetCoreInstrumentation())
            .WithTracing(traces => traces
                .AddSource("Microsoft.Orleans.*", "Webrana.*", "Npgsql")
                .AddHttpClientInstrumentation());
}
