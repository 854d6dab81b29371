using System.Diagnostics;
using System.Net;
using System.Runtime;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using Orleans.Configuration;
using Webrana.Data;
using Webrana.Data.Hosting;
using Webrana.Grains;
using Webrana.Grains.Common;
using Webrana.Grains.Notifications;
using Webrana.Sandbox.Postgres;
using Webrana.ServiceDefaults;

namespace Webrana.WalletBench.Hosting;

/// <summary>One silo with the product's grains over the database under test. Benchmarks that kill a silo run several of these processes.</summary>
internal static class ProductSilo
{
    private const string PostgresVariable = "WEBRANA_BENCH_POSTGRES";
    private const string RefreshVariable = "WEBRANA_BENCH_REFRESH_SECONDS";

    /// <summary>What a silo of a benchmark is made of. Settings of the product come from the environment, as in production.</summary>
    /// <param name="tuned">Membership that notices a death within about two seconds; otherwise Orleans' own settings.</param>
    public static WebApplication Build(string postgres, string cluster, bool tuned = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        // Never called: nothing is paid for and nothing is created here. The options are read all the same.
        builder.Configuration["Tripay:MerchantCode"] = "T0001";
        builder.Configuration["Tripay:ApiKey"] = "DEV-bench";
        builder.Configuration["Tripay:PrivateKey"] = "bench";
        builder.Configuration["DigitalOcean:Token"] = "bench";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddBackgroundCollections(builder.Configuration);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton<IMailSender, Letterbox>();
        var sources = new DataSources(postgres);
        builder.Services.AddWebranaData(sources);
        builder.UseOrleans(silo =>
        {
            silo.UseWebranaClustering(sources);
            silo.UseWebranaStorage(sources);
            silo.AddIncomingGrainCallFilter<InfrastructureExceptionFilter>();
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "webrana"));
            if (tuned)
            {
                silo.Configure<ClusterMembershipOptions>(options =>
                {
                    options.ProbeTimeout = TimeSpan.FromSeconds(1);
                    options.NumMissedProbesLimit = 2;
                    options.NumVotesForDeathDeclaration = 1;
                });
            }

            if (int.TryParse(Environment.GetEnvironmentVariable(RefreshVariable), out var seconds))
                silo.Configure<ReminderOptions>(options => options.RefreshReminderListPeriod = TimeSpan.FromSeconds(seconds));
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
            silo.Services.AddGrainServices(builder.Configuration);
        });
        return builder.Build();
    }

    public static async Task RunAsync(string cluster, bool tuned)
    {
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency; // As src/Silo does.
        await using var app = Build(Environment.GetEnvironmentVariable(PostgresVariable)!, cluster, tuned);
        await app.RunAsync();
    }

    /// <summary>Starts one as a process of its own; what it says goes to <paramref name="hear"/>.</summary>
    public static Process Start(string postgres, string cluster, Action<string>? hear = null, bool tuned = true, int? refreshSeconds = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, RedirectStandardOutput = hear is not null, RedirectStandardError = hear is not null,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(ProductSilo).Assembly.Location);
        start.ArgumentList.Add("product-silo");
        start.ArgumentList.Add(cluster);
        start.ArgumentList.Add(tuned ? "tuned" : "default");
        BehaveAsSilosDo(start);
        start.Environment[PostgresVariable] = postgres; // Not on the command line: it carries a password.
        if (refreshSeconds is { } refresh) start.Environment[RefreshVariable] = $"{refresh}";
        var process = Process.Start(start) ?? throw new InvalidOperationException("A silo did not start.");
        if (hear is null) return process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Hear(string? line)
        {
            if (line is not null) hear(line);
        }
    }

    /// <summary>The garbage collector and the threads' manners that src/Silo has (Silo.csproj says why); this project's own are the API's.</summary>
    public static void BehaveAsSilosDo(ProcessStartInfo start)
    {
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_GCGen0MaxBudget"] = "0x400000";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
    }

    /// <summary>A client of the cluster, as the API has one.</summary>
    public static async Task<IHost> ConnectAsync(DataSources sources, string cluster)
    {
        var client = new HostBuilder().UseOrleansClient(builder => builder
            .UseWebranaClustering(sources)
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "webrana"))
            .UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(500, cancellation);
                return true;
            })).ConfigureLogging(logging => logging.ClearProviders()).Build();
        await client.StartAsync();
        return client;
    }

    /// <summary>Waits until this many silos are members.</summary>
    public static async Task MembersAsync(NpgsqlDataSource rows, string cluster, int count)
    {
        await using var command = rows.CreateCommand("SELECT count(*) FROM orleans_membership WHERE deployment_id = $1 AND status = 3");
        command.Parameters.Add(new() { Value = cluster });
        for (var tries = 0; (long)(await command.ExecuteScalarAsync())! != count; tries++)
        {
            if (tries > 240) throw new TimeoutException("The silos did not find each other.");
            await Task.Delay(250);
        }
    }

    // What a mail server does with a mail is not what is measured; what the product stores before and after it is.
    private sealed class Letterbox : IMailSender
    {
        public Task<MailDelivery> Send(OutgoingMail mail) => Task.FromResult(new MailDelivery(MailOutcome.Sent, ""));
    }
}
