using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Billing;
using Webrana.Api.Consoles;
using Webrana.Api.Deposits;
using Webrana.Api.Droplets;
using Webrana.Api.Events;
using Webrana.Api.Idempotency;
using Webrana.Api.Legal;
using Webrana.Api.Limits;
using Webrana.Api.Monitoring;
using Webrana.Api.Notifications;
using Webrana.Api.Ops;
using Webrana.Api.Papers;
using Webrana.Api.Payments;
using Webrana.Api.Plans;
using Webrana.Api.Problems;
using Webrana.Api.Promos;
using Webrana.Api.Reports;
using Webrana.Api.Security;
using Webrana.Api.Shop;
using Webrana.Api.SshKeys;
using Webrana.Api.Swagger;
using Webrana.Api.Wallets;
using Webrana.Api.Webhooks;
using Webrana.ServiceDefaults;

namespace Webrana.Api.Hosting;

/// <summary>The way of a request, and every route.</summary>
public static class ApiPipeline
{
    public static WebApplication UseWebranaApi(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseWebranaMetrics();
        app.UseEdge();
        app.UseProblems();
        app.UseSwaggerPages();
        app.UseIdempotency();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseScopeGate();
        app.UseFrozenGate();

        // Live is about this process alone: a database that blinks must not restart every API (design §7).
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapClusterDashboard();
        app.MapFailPoints();
        TripayWebhook.Map(app);
        app.MapConsoleSocket();

        app.MapGroup("/api/v1").WithGroupName(SwaggerSetup.Customer).DeclareByTag().HonourIdempotencyKey()
            .MapAuth().MapSessions().MapMe()
            .MapLegal().MapLimits().MapExport().MapClosing()
            .MapCredentials().MapDevices().MapTwoFactor().MapPasskeys().MapApiTokens()
            .MapPlans()
            .MapOrders()
            .MapInstances()
            .MapUpkeep().MapInstanceBilling()
            .MapMetrics()
            .MapSshKeys()
            .MapConsoles()
            .MapWallet().MapRunway().MapDeposits()
            .MapPromos()
            .MapNotifications().MapNotificationPreferences().MapWebhooks()
            .MapInvoices()
            .MapEvents()
            .MapNotices();
        app.MapGroup("/internal").WithGroupName(SwaggerSetup.Internal).AdminUnlessSaid().ForStaff().HonourIdempotencyKey()
            .MapAdminUsers().MapStaff().MapFreeze().MapTwoFactorDesk().MapServerBlocks().MapStuckOrders().MapAudit().MapSwitches().MapMoneyRequests().MapPaymentDesk().MapDeskFind().MapReports().MapAdminWallets().MapAdminPlans().MapAdminBilling().MapAdminOverview()
            .MapAdminPromos().MapPromoUsage().MapPromoReviews()
            .MapAdminConsoles().MapAdminProvider()
            .MapOutbox().MapAdminInvoices()
            .MapAdminLegal().MapAdminLimits();
        return app;
    }
}
