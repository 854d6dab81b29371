namespace Webrana.Silo.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. Purely local: a database that is away must not make an orchestrator restart every silo.
/// <c>/health/ready</c>: the silo is active in the cluster and not stopping.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>Maps both.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", (ISiloStatusOracle silo, IHostApplicationLifetime lifetime) =>
            silo.CurrentStatus == SiloStatus.Active && !lifetime.ApplicationStopping.IsCancellationRequested
                ? Results.Text("ready")
                : Results.Text(silo.CurrentStatus.ToString(), statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
