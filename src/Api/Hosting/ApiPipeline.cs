using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Billing;
using Webrana.Api.Consoles;
using Webrana.Api.Deposits;
using Webrana.Api.Droplets;
using Webrana.Api.Events;
using Webrana.Api.Idempotency;
using Webrana.Api.Monitoring;
using Webrana.Api.Plans;
using Webrana.Api.Problems;
using Webrana.Api.Promos;
using Webrana.Api.SshKeys;
using Webrana.Api.Swagger;
using Webrana.Api.Wallets;
using Webrana.Api.Webhooks;

namespace Webrana.Api.Hosting;

/// <summary>The way of a request, and every route.</summary>
public static class ApiPipeline
{
    public static WebApplication UseWebranaApi(this WebApplication app)
    {
        app.UseEdge();
        app.UseProblems();
        app.UseSwaggerPages();
        app.UseIdempotency();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseAuthentication();
        app.UseAuthorization();

        // Live is about this process alone: a database that blinks must not restart every API (design §7).
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        TripayWebhook.Map(app);
        app.MapConsoleSocket();

        app.MapGroup("/api/v1").WithGroupName(SwaggerSetup.Customer).HonourIdempotencyKey()
            .MapAuth().MapSessions().MapMe()
            .MapPlans()
            .MapOrders()
            .MapInstances()
            .MapUpkeep().MapInstanceBilling()
            .MapMetrics()
            .MapSshKeys()
            .MapConsoles()
            .MapWallet().MapRunway().MapDeposits()
            .MapPromos()
            .MapEvents();
        app.MapGroup("/internal").WithGroupName(SwaggerSetup.Internal).AdminUnlessSaid().HonourIdempotencyKey()
            .MapAdminUsers().MapStaff().MapAdminWallets().MapAdminPlans().MapAdminBilling().MapAdminOverview()
            .MapAdminPromos().MapPromoUsage().MapPromoReviews()
            .MapAdminConsoles().MapAdminProvider();
        return app;
    }
}
