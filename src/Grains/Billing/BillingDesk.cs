using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Deposits;
using Webrana.Data.Billing;
using Webrana.Data.States;

namespace Webrana.Grains.Billing;

/// <summary>
/// What a server asks before it decides about its subscription. The settings are some seconds old at most: a storm of renewals does not
/// meet in one grain.
/// </summary>
public sealed class BillingDesk(StateQueries states, ServicePulse pulse, NoticeDeliveries deliveries, PlanStock stock, IServiceProvider services)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private BillingSettings? _settings;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    // The factory is made later than the container's singletons.
    private IGrainFactory Grains => (IGrainFactory)services.GetService(typeof(IGrainFactory))!;

    /// <summary>Who takes a plan's pieces.</summary>
    public PlanStock Stock => stock;

    /// <summary>The settings in force.</summary>
    public async ValueTask<BillingSettings> SettingsAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        if (_settings is { } known && now < _until)
            return known;
        var read = await Grains.GetGrain<IBillingSettingsGrain>(GrainKeys.BillingSettings).Get();
        (_settings, _until) = (read, now + Fresh);
        return read;
    }

    /// <summary>The settings changed: read them again at the next question.</summary>
    public void Changed() => _until = DateTimeOffset.MinValue;

    /// <summary>When we last came back after an outage of our own.</summary>
    public ValueTask<DateTimeOffset?> RecoveredAtAsync() => pulse.BeatAsync();

    /// <summary>When a warning reached its reader.</summary>
    public Task<DateTimeOffset?> DeliveredAtAsync(string noticeId) => deliveries.FindAsync(noticeId);

    /// <summary>A warning reached its reader.</summary>
    public Task NoteDeliveredAsync(string noticeId, DateTimeOffset at) => deliveries.NoteAsync(noticeId, at);

    /// <summary>Whether this person has begun to pay: a transaction at the gateway that is neither paid nor over.</summary>
    public async Task<bool> IsPayingAsync(UserId owner)
    {
        var pending = await states.ListAsync(new StateFilter(StateNames.Deposit, owner.ToString(), nameof(DepositStatus.Pending).ToUpperInvariant()), 1);
        return pending.Rows.Count > 0;
    }
}
