using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Webrana.ServiceDefaults;

/// <summary>
/// What silo, API and Web let be observed, said once: HTTP in and out, grains, SQL, and the business's own figures. A trace begins at the
/// first of our processes that a request meets and goes through all of them to the provider; statements carry no parameters, and of an address that we
/// call only the host is said.
/// </summary>
public static class WebranaTelemetry
{
    /// <summary>Names of the meters that are collected.</summary>
    public static IReadOnlyList<string> Meters { get; } = ["Microsoft.Orleans", "Npgsql", "Webrana.*"];

    /// <summary>Names of the sources that traces are made of, beside HTTP in and out.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["Microsoft.Orleans.*", "Npgsql"];

    /// <summary>Names of our own sources, listened to only where traces are sent: of every question that shares a statement there is a span.</summary>
    public static IReadOnlyList<string> OwnSources { get; } = ["Webrana.*"];

    private const string MetricsPath = "/metrics";

    /// <summary>Registers what is observed and where it goes.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="service"><c>webrana-silo</c>, <c>webrana-api</c>, <c>webrana-web</c>.</param>
    public static IHostApplicationBuilder AddWebranaTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var options = Read(builder.Configuration);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter([.. Meters]).AddRuntimeInstrumentation().AddHttpClientInstrumentation().AddAspNetCoreInstrumentation();
                if (options.MetricsPort is not null)
                    // The names are those of the dashboard and the alert rules, without a scope label on each series.
                    metrics.AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false);
                if (options.OtlpEndpoint is { } collector)
                    metrics.AddOtlpExporter(exporter => exporter.Endpoint = collector);
            })
            .WithTracing(traces =>
            {
                traces.AddSource([.. Sources])
                    .AddHttpClientInstrumentation(http => http.EnrichWithHttpRequestMessage = (span, request) => SayOnlyWho(span, request.RequestUri))
                    .AddAspNetCoreInstrumentation(http => http.Filter = IsWorthATrace);
                if (options.OtlpEndpoint is { } collector)
                    traces.AddSource([.. OwnSources]).AddOtlpExporter(exporter => exporter.Endpoint = collector);
            });
        return builder;
    }

    /// <summary>Answers <c>/metrics</c> on the port set for it, and nowhere else.</summary>
    public static void UseWebranaMetrics(this WebApplication app)
    {
        // By the port of the connection itself: a Host header is the caller's to choose.
        if (Read(app.Configuration).MetricsPort is { } port)
            app.UseOpenTelemetryPrometheusScrapingEndpoint(http => http.Connection.LocalPort == port && http.Request.Path == MetricsPath);
    }

    // Telegram's token is in the path, a chat service's webhook is nothing but its path, and so may a customer's be: no path leaves for a collector.
    private static void SayOnlyWho(Activity span, Uri? called)
    {
        if (called is { IsAbsoluteUri: true })
            span.SetTag("url.full", $"{called.Scheme}://{called.Authority}");
    }

    private static TelemetryOptions Read(IConfiguration configuration) =>
        configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();

    // Probes and scrapes come every few seconds and say nothing.
    private static bool IsWorthATrace(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && http.Request.Path != MetricsPath;
}
