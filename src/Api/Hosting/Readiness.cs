using Microsoft.Extensions.Diagnostics.HealthChecks;
using Webrana.Data;

namespace Webrana.Api.Hosting;

/// <summary>Ready: the database answers and the cluster does, and the process is not stopping (<see cref="Draining"/>).</summary>
internal sealed class Readiness(DataSources sources, IClusterClient cluster, IHostApplicationLifetime lifetime) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return HealthCheckResult.Unhealthy("Stopping.");
        try
        {
            await using var command = sources.Queries.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            // A system grain of one silo: nothing is activated for it, and it answers only through a live gateway.
            var hosts = await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken).WaitAsync(Patience, cancellationToken);
            return hosts.Count > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No silo is active.");
        }
        catch (Exception away) when (away is Npgsql.NpgsqlException || ClusterAway.Is(away))
        {
            return HealthCheckResult.Unhealthy(away.Message);
        }
    }
}
