using Microsoft.AspNetCore.DataProtection;
using MudBlazor.Services;
using Webrana.Client;
using Webrana.Data.Protection;
using Webrana.ServiceDefaults;
using Webrana.Web.Accounts;
using Webrana.Web.Help;
using Webrana.Web.Catalogue;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Web.Localization;
using Webrana.Web.Papers;
using Webrana.Web.Promos;
using Webrana.Web.Reports;
using Webrana.Web.Security;
using Webrana.Web.Sessions;
using Webrana.Web.Shop;
using Webrana.Web.Theme;

namespace Webrana.Web.Hosting;

/// <summary>Puts the Web together. It holds no state beyond open circuits: everything else is behind the API.</summary>
public static class WebApp
{
    /// <summary>Builds the application without starting it.</summary>
    /// <param name="args">Command line, which may set any option.</param>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddSecretFiles();
        // A line per request would carry its query: the token of a mailed link, the address of who asks for a mail.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.AddWebranaTelemetry("webrana-web");
        AddServices(builder.Services, builder.Configuration);
        var app = builder.Build();
        Use(app);
        return app;
    }

    static void AddServices(IServiceCollection services, ConfigurationManager configuration)
    {
        var web = configuration.GetSection(WebOptions.Section).Get<WebOptions>() ?? new WebOptions();
        services.Configure<HelpOptions>(configuration.GetSection(HelpOptions.Section));
        services.AddOptions<WebOptions>().Bind(configuration.GetSection(WebOptions.Section));
        services.AddOptions<ApiOptions>().Bind(configuration.GetSection(ApiOptions.Section))
            .Validate(api => api.BaseUrl is { IsAbsoluteUri: true }, "Api:BaseUrl must be the absolute address of the API.")
            .ValidateOnStart();

        services.AddSingleton(TimeProvider.System);
#pragma warning disable RS0030 // The one place of a Web that takes its randomness from nowhere; safe for all threads.
        services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddSingleton<BusinessClock>();
        services.AddApiClient();
        services.AddSingleton<CatalogueCache>();
        services.AddSingleton<MaintenanceBoard>();
        services.AddSingleton<UserEventHub>();
        services.AddScoped<PanelSession>();

        services.AddDataProtection().SetApplicationName("Webrana.Web").PersistKeysToFileSystem(Directory.CreateDirectory(web.KeysFolder)).ProtectKeysAs(web.Protection);
        services.AddSessionCookie(web);
        services.AddSingleton<LoginTicket>();
        services.AddTrustedProxies(web);
        services.AddWebLocalization();
        services.AddHttpContextAccessor();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.VisibleStateDuration = 4000;
            mud.SnackbarConfiguration.PreventDuplicates = true;
            mud.SnackbarConfiguration.ShowCloseIcon = false;
        });
        services.AddRazorComponents().AddInteractiveServerComponents();
    }

    static void Use(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseWebranaMetrics();
        app.UseSecurityHeaders();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        if (!app.Environment.IsDevelopment()) app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseWebLocalization();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapHealth();
        app.MapThemeSheet();
        app.MapSignOut();
        app.MapPasskeyLogin();
        app.MapUsageCsv();
        app.MapInvoicePdf();
        app.MapDataFile();
        app.MapReportFile();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(interactive => interactive.ContentSecurityFrameAncestorsPolicy = null);
    }

    static void AddApiClient(this IServiceCollection services)
    {
        services.AddHttpClient<WebranaClient>((provider, http) =>
        {
            var api = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<ApiOptions>>().Value;
            http.BaseAddress = new Uri(api.BaseUrl!.AbsoluteUri.TrimEnd('/') + "/");
            http.Timeout = api.Timeout;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        }).SetHandlerLifetime(Timeout.InfiniteTimeSpan).AddTypedClient((http, provider) =>
        {
            var clock = provider.GetRequiredService<BusinessClock>();
            return new WebranaClient(http, new WebranaClientOptions { OnServerTime = clock.Observe });
        });
    }
}
