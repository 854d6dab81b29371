using System.Text.Json.Serialization;
using Npgsql;
using Webrana.Sandbox.Control.Clock;
using Webrana.Sandbox.Control.Mail;
using Webrana.Sandbox.Control.Pages;

namespace Webrana.Sandbox.Control;

/// <summary>
/// The sandbox's control service: receives the product's mail and turns the product's clock. It exists only beside a
/// sandbox, listens on loopback only, and nothing of it is part of the product.
/// </summary>
public static class ControlApp
{
    /// <summary>Builds the service; the caller runs it.</summary>
    public static WebApplication Build(string[] args, ControlOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        // A page on the internet must not reach us through a name that resolves to loopback.
        builder.Services.AddHostFiltering(filter => filter.AllowedHosts = ["127.0.0.1", "localhost"]);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        // Its log is read when something went wrong: a line per poll of the page would bury that.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<MailStore>();
        builder.Services.AddSingleton<SmtpServer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SmtpServer>());
        if (options.Postgres.Length > 0)
        {
            builder.Services.AddSingleton(NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(options.Postgres) { MaxPoolSize = 4, ApplicationName = "sandbox-control" }.ConnectionString));
            builder.Services.AddSingleton<SimulatorClocks>();
            builder.Services.AddSingleton<BusinessClock>();
            builder.Services.AddHostedService<ClockFollowers>();
        }

        var app = builder.Build();
        app.UseHostFiltering();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapMail();
        if (options.Postgres.Length > 0)
            app.MapClock();
        app.MapHomePage();
        return app;
    }
}
