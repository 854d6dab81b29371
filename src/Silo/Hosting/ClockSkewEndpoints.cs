using Webrana.Data.Clock;

namespace Webrana.Silo.Hosting;

/// <summary>
/// Makes the clock of one silo wrong, for the chaos kit: everything its grains decide and write, they do by that time. Like the fail points
/// it exists in the Sandbox environment only, and only on the sandbox's clock.
/// </summary>
public static class ClockSkewEndpoints
{
    /// <summary>Maps them, or nothing.</summary>
    public static void MapClockSkew(this WebApplication app)
    {
        if (!app.Environment.IsEnvironment(FailPointEndpoints.Environment) || app.Services.GetService<BusinessClock>() is not { } clock)
            return;
        app.MapPost("/_sandbox/clock-skew", (Wrong wrong) =>
        {
            clock.Skew = TimeSpan.FromSeconds(wrong.Seconds);
            return new { seconds = clock.Skew.TotalSeconds };
        });
    }

    private sealed record Wrong(double Seconds);
}
