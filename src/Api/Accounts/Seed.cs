using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Api.Hosting;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>The demo's two users. Configuration section <c>Seed</c>; in the Sandbox environment only.</summary>
public sealed class SeedOptions
{
    public const string Section = "Seed";

    /// <summary>True makes the users below at start. Default false.</summary>
    public bool Demo { get; set; }

    public string AdminEmail { get; set; } = "";
    public string AdminPassword { get; set; } = "";
    public string CustomerEmail { get; set; } = "";
    public string CustomerPassword { get; set; } = "";
}

/// <summary>Makes the demo users, confirmed, once; a user who is there already is left alone but for role and contact.</summary>
internal sealed partial class SeedWorker(IServiceScopeFactory scopes, IOptions<SeedOptions> options, TimeProvider clock, ILogger<SeedWorker> log)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private volatile bool _done;

    /// <summary>Not ready before the users that `up` prints can log in.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_done ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The demo users are not there yet."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seed = options.Value;
        using var timer = new PeriodicTimer(RetryEvery, clock);
        do
        {
            try
            {
                await EnsureAsync(new(Guid.NewGuid(), seed.AdminEmail, seed.AdminPassword, "Webrana Admin", null, "id", null) { Role = Roles.Admin }, stoppingToken);
                await EnsureAsync(new(Guid.NewGuid(), seed.CustomerEmail, seed.CustomerPassword, "Budi Santoso", "081234567890", "id", null), stoppingToken);
                _done = true;
                return;
            }
            catch (Exception away) when (away is NpgsqlException or Microsoft.EntityFrameworkCore.DbUpdateException
                || away.InnerException is NpgsqlException || ClusterAway.Is(away))
            {
                // Silos migrate the database while we start: the tables and the cluster come in their own time.
                LogWaiting(log, away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task EnsureAsync(NewPerson person, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var registration = scope.ServiceProvider.GetRequiredService<Registration>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = await users.FindByEmailAsync(person.Email);
        if (user is null)
        {
            (user, var refusal) = await registration.CreateAsync(person with { EmailConfirmed = true }, cancellation);
            if (user is null)
                throw new InvalidOperationException($"The demo user {person.Email} was refused: {refusal!.Kind.Code}.");
        }

        await registration.AddRoleAsync(user.Id, person.Role, cancellation);
        if (await registration.TellAccountAsync(user) is { } later)
            throw new TimeoutException($"The account of {person.Email} does not answer yet: {later.Kind.Code}.");
    }

    [LoggerMessage(LogLevel.Information, "The demo users wait: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);
}

/// <summary>Registers the seed where it is allowed.</summary>
internal static class SeedSetup
{
    public const string SandboxEnvironment = "Sandbox";

    /// <exception cref="InvalidOperationException">The demo seed or the turnable clock was asked for outside the sandbox.</exception>
    public static void AddSeed(this IHostApplicationBuilder builder)
    {
        var sandbox = builder.Environment.IsEnvironment(SandboxEnvironment);
        if (builder.Configuration.GetValue<bool>("Sandbox:Clock") && builder.Environment.IsProduction())
            throw new InvalidOperationException("Sandbox:Clock is set, but this is Production: real customers' time cannot be turned.");
        if (!builder.Configuration.GetValue<bool>("Seed:Demo"))
            return;
        if (!sandbox)
            throw new InvalidOperationException($"Seed:Demo is set, but this is {builder.Environment.EnvironmentName}: demo users exist in the sandbox only.");
        builder.Services.AddOptions<SeedOptions>().Bind(builder.Configuration.GetSection(SeedOptions.Section))
            .Validate(
                seed => new[] { seed.AdminEmail, seed.AdminPassword, seed.CustomerEmail, seed.CustomerPassword }.All(value => value.Length > 0),
                "Seed:Demo needs Seed:AdminEmail, Seed:AdminPassword, Seed:CustomerEmail and Seed:CustomerPassword.")
            .ValidateOnStart();
        builder.Services.AddSingleton<SeedWorker>().AddHostedService(services => services.GetRequiredService<SeedWorker>());
        builder.Services.AddHealthChecks().Add(new("seed", services => services.GetRequiredService<SeedWorker>(), null, ["ready"]));
    }
}
