using Orleans.Dashboard;
using Webrana.Api.Accounts;

namespace Webrana.Api.Ops;

/// <summary>
/// The official Orleans Dashboard at <c>/internal/orleans</c>, for admins alone: it shows grain state, which is customers' data. Off unless
/// <c>Dashboard:Enabled</c> is set on silos and API alike, because its profiler watches every call. Its live log is never shown.
/// </summary>
internal static class ClusterDashboard
{
    /// <summary>The configuration key.</summary>
    public const string Enabled = "Dashboard:Enabled";

    private const string Path = "/internal/orleans";

    /// <summary>Lets the client ask silos for what the dashboard shows.</summary>
    public static void AddDashboardWhereWanted(this IClientBuilder client, IConfiguration configuration)
    {
        if (configuration.GetValue<bool>(Enabled))
            client.AddDashboard(options => options.HideTrace = true);
    }

    /// <summary>Maps it behind the admin policy. Its routes are not ours to describe: they stay out of the Swagger documents.</summary>
    public static void MapClusterDashboard(this WebApplication app)
    {
        if (app.Configuration.GetValue<bool>(Enabled))
            app.MapOrleansDashboard(Path).RequireAuthorization(AuthSetup.AdminPolicy).ExcludeFromDescription();
    }
}
