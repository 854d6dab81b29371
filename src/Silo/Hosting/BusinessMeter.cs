using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Webrana.Data.Reconciliation;
using Webrana.Grains.Providers;

namespace Webrana.Silo.Hosting;

/// <summary>
/// The business's own gauges: money owed, work that lies, the provider's budget. Every silo shows the same figures, measured by one of
/// them, so a dashboard takes the maximum over silos and never their sum. Labels are statuses and provider accounts, nobody's ids.
/// </summary>
public sealed partial class BusinessMeter : BackgroundService
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Webrana.Business";

    /// <summary>How old figures may become.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly BusinessFiguresQuery _query;
    private readonly TimeSpan _every;
    private readonly ILogger<BusinessMeter> _log;
    private volatile BusinessFigures? _figures;

    /// <summary>Registers the gauges.</summary>
    public BusinessMeter(
        BusinessFiguresQuery query, IMeterFactory meters, ISiloStatusOracle silos, IOptions<DigitalOceanAccountOptions> budget, IConfiguration configuration, ILogger<BusinessMeter> log)
    {
        (_query, _log) = (query, log);
        _every = configuration.GetValue<TimeSpan?>("Telemetry:BusinessFiguresEvery") ?? Every;
        var meter = meters.Create(Name);
        Gauge("webrana.wallets.balance_idr", "What all customers have, rupiah.", figures => figures.WalletsIdr);
        Gauge("webrana.wallets.held_idr", "Of it set aside for open orders.", figures => figures.HeldIdr);
        Gauge("webrana.wallets.debt_idr", "What customers owe after refunds.", figures => figures.DebtIdr);
        Gauge("webrana.deposits.pending", "Top-ups not yet paid, expired or failed.", figures => figures.PendingDeposits);
        Gauge("webrana.renewals.overdue", "Live servers whose renewal is due for more than five minutes.", figures => figures.RenewalsOverdue);
        Gauge("webrana.due.oldest_seconds", "Age of the oldest due work of any kind.", figures => figures.DueOldestSeconds);
        Gauge("webrana.outbox.oldest_seconds", "How long the oldest mail has waited.", figures => figures.OutboxOldestSeconds);
        Gauge("webrana.callbacks.oldest_seconds", "Age of the oldest payment callback not worked off.", figures => figures.CallbacksOldestSeconds);
        Gauge("webrana.provider.drift_open", "Droplets that the sweeps could not explain.", figures => figures.DriftOpen);
        Gauges("webrana.servers", "Servers by status.", "status", figures => figures.Servers);
        Gauges("webrana.provider.calls_hour", "Calls taken of the provider's hour, of 5,000.", "account", figures => figures.ProviderCallsHour);
        Gauges("webrana.provider.calls_minute", "Calls taken of the provider's minute, of 250.", "account", figures => figures.ProviderCallsMinute);
        Gauges("webrana.provider.left_hour", "Calls left of the hour's budget, as it is set.", "account", figures => Left(figures.ProviderCallsHour, budget.Value.CallsPerHour));
        Gauges("webrana.provider.left_minute", "Calls left of the minute's budget, as it is set.", "account", figures => Left(figures.ProviderCallsMinute, budget.Value.CallsPerMinute));
        // Not the same figure on every silo: where they disagree, they do not see each other.
        meter.CreateObservableGauge("webrana.cluster.members", () => silos.GetApproximateSiloStatuses(onlyActive: true).Count, description: "Active silos, as this one sees the membership.");

        static IReadOnlyDictionary<string, long> Left(IReadOnlyDictionary<string, long> taken, long budget) =>
            taken.ToDictionary(account => account.Key, account => Math.Max(0, budget - account.Value));

        void Gauge(string name, string description, Func<BusinessFigures, double> value) => meter.CreateObservableGauge(
            name, () => _figures is { } figures ? [new Measurement<double>(value(figures))] : Array.Empty<Measurement<double>>(), description: description);

        void Gauges(string name, string description, string label, Func<BusinessFigures, IReadOnlyDictionary<string, long>> values) => meter.CreateObservableGauge(
            name, () => _figures is { } figures
                ? values(figures).Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>(label, one.Key)))
                : [], description: description);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time: the figures' age is measured by the database's own clock.
        using var timer = new PeriodicTimer(_every / 2, TimeProvider.System);
        do
        {
            try
            {
                _figures = await _query.ReadAsync(_every, stoppingToken);
            }
            catch (Npgsql.NpgsqlException away)
            {
                LogAway(_log, away);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "The business's figures could not be read; asking again")]
    private static partial void LogAway(ILogger logger, Exception exception);
}
