using Webrana.Data.Faults;

namespace Webrana.Silo.Hosting;

/// <summary>
/// Arms fail points of a running silo, for the chaos kit: it needs the thirty-first credit to die, not the first one after a start.
/// Exists in the Sandbox environment only, where every process listens on loopback.
/// </summary>
public static class FailPointEndpoints
{
    /// <summary>The only environment in which these exist.</summary>
    public const string Environment = "Sandbox";

    /// <summary>Maps them, or nothing.</summary>
    public static void MapFailPoints(this WebApplication app)
    {
        if (!app.Environment.IsEnvironment(Environment))
            return;
        var points = app.MapGroup(FailPoints.Address);
        points.MapGet("", (FailPoints all) => all.State());
        points.MapPost("", (FailPointArming arming, FailPoints all) =>
        {
            // Whether it fired is read by GET: this answer must not wait for a fault.
            _ = all.Arm(arming.Name, arming.Mode, arming.Nth);
            return all.State();
        });
        points.MapDelete("", (FailPoints all) =>
        {
            all.Clear();
            return all.State();
        });
    }
}
