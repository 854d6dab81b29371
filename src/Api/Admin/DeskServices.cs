using Webrana.Api.Alarms;
using Webrana.Api.Payments;
using Webrana.Api.Reports;
using Webrana.Data.Desk;

namespace Webrana.Api.Admin;

/// <summary>What the desk's endpoints work with.</summary>
internal static class DeskServices
{
    public static IServiceCollection AddDesk(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<DeskOptions>(configuration.GetSection(DeskOptions.Section));
        services.AddSingleton<MoneyRequests>().AddSingleton<PaymentCases>().AddSingleton<Lookups>().AddSingleton<Timelines>().AddSingleton<OrderCandidates>().AddSingleton<SettlementQueries>();
        services.AddSingleton<ReportQueries>().AddSingleton<DashboardQueries>().AddSingleton<AlarmRows>().AddSingleton<AlarmChecks>().AddSingleton<AlarmTeller>();
        services.AddSingleton<ReconciliationAlarms>();
        // A chat service's address is the secret: no logging of requests, and no body of ours to wherever another answer leads.
        services.AddHttpClient(AlarmTeller.Client, client => client.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .RemoveAllLoggers();
        services.AddSingleton<AlarmWatch>().AddHostedService(provider => provider.GetRequiredService<AlarmWatch>());
        services.AddSingleton<SettlementWatch>().AddHostedService(provider => provider.GetRequiredService<SettlementWatch>());
        return services.AddScoped<MoneyDesk>().AddScoped<PaymentDesk>().AddScoped<SettlementReader>().AddScoped<DeskSearch>().AddScoped<OrderDesk>().AddScoped<ReportMaker>();
    }
}
