using Webrana.Api.Accounts;
using Webrana.Data.Faults;

namespace Webrana.Api.Hosting;

/// <summary>
/// The API's own fail points, as silos have theirs: armed by the setting or, in the Sandbox environment only, where every process listens on
/// loopback, while it runs.
/// </summary>
internal static class FailPointSetup
{
    /// <exception cref="InvalidOperationException">One is armed in production.</exception>
    public static void AddFailPoints(this IHostApplicationBuilder builder)
    {
        var points = FailPoints.Parse(builder.Configuration[FailPoints.ConfigurationKey]);
        if (points.Any && builder.Environment.IsProduction())
            throw new InvalidOperationException("FailPoints are armed, but this is Production: no customer's request is broken on purpose.");
        builder.Services.AddSingleton(points);
    }

    /// <summary>Maps what arms them, or nothing.</summary>
    public static void MapFailPoints(this WebApplication app)
    {
        if (!app.Environment.IsEnvironment(SeedSetup.SandboxEnvironment))
            return;
        var points = app.MapGroup(FailPoints.Address).AllowAnonymous().ExcludeFromDescription();
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
