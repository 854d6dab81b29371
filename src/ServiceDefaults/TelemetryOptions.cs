namespace Webrana.ServiceDefaults;

/// <summary>Where what is observed goes. Configuration section <c>Telemetry</c>. Without either setting nothing leaves the process.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Telemetry";

    /// <summary>
    /// <c>/metrics</c> is answered on this port alone, for Prometheus. The process must listen on it (<c>ASPNETCORE_HTTP_PORTS=8080;9464</c>),
    /// and it must not be published: figures of the business are nobody else's business. Null (default): no such endpoint.
    /// </summary>
    public int? MetricsPort { get; set; }

    /// <summary>A collector that takes traces and metrics by OTLP over gRPC (<c>http://collector:4317</c>). Null (default): none.</summary>
    public Uri? OtlpEndpoint { get; set; }
}
