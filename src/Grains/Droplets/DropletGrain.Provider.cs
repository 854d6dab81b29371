using Webrana.Contracts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What the account grain tells from its shared lists, and this grain's own looks behind them: rare, so that a thousand servers in the
/// making do not spend the provider's budget on watching themselves.
/// </summary>
public sealed partial class DropletGrain
{
    // A thousand backstops at once must not take the calls of the one shared read that would answer them all (measured: it came 30 s late).
    private const CallShare OwnLook = CallShare.Reconcile;

    // Real time: not before this does the grain look for itself.
    private DateTimeOffset _lookAt;
    private string? _lookFor;

    // Business ms: since when the create gets nowhere, as far as this activation knows.
    private long? _heldUpSince;

    private IDigitalOceanAccountGrain ProviderAccount =>
        GrainFactory.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(State.Order!.AccountId));

    private TimeSpan LookEvery => TimeSpan.FromMilliseconds(_options.LookMs);

    private TimeSpan UntilLook => _lookAt - RealTime.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.FromMilliseconds(_options.PollMs);

    /// <inheritdoc/>
    public async Task ProviderDropletSeen(ProviderSighting sighting)
    {
        if (!sighting.Ready || sighting.Ipv4 is null || State.Droplet?.Id != sighting.DropletId)
            return;
        var changed = await Apply(state => state.Droplet?.Id == sighting.DropletId ? state.Ready(sighting.Ipv4, sighting.Ipv6, NowMs) : null);
        if (changed)
        {
            await Hit("order.ready_stored");
            Kick();
        }
    }

    /// <summary>True once per interval for what is waited for now; the first time an interval after the wait began.</summary>
    private bool IsLookDue()
    {
        var now = RealTime.GetUtcNow();
        var waitsFor = State.Action is { } action ? $"{action.Id} {action.Step}" : State.Phase.ToString();
        if (waitsFor == _lookFor && now < _lookAt)
            return false;
        var due = waitsFor == _lookFor;
        (_lookFor, _lookAt) = (waitsFor, now + LookEvery);
        return due;
    }

    /// <summary>A step of the create. Where it gets nowhere for a while, its owner is shown that it waits.</summary>
    private async Task<Next> TellingWaits(Task<Next> step)
    {
        var next = await step;
        if (next.Again)
        {
            _heldUpSince = null;
            return next;
        }

        await HeldUp();
        return next;
    }

    private Task<bool> HeldUp()
    {
        var since = _heldUpSince ??= NowMs;
        return Apply(state => state.CreateWaiting(since, NowMs));
    }

    private Task<bool> Answered()
    {
        _heldUpSince = null;
        return Apply(state => state.BuildAnswered());
    }

    /// <summary>
    /// An own look at the droplet in the making. Two in a row without an answer, and its owner is shown that it waits, until one is answered. A budget
    /// that is spent says nothing about the provider: the shared lists are read all the same.
    /// </summary>
    private async Task<ProviderResult<Droplet>?> LookAtBuild(long id, CancellationToken cancellation)
    {
        var account = State.Order!.AccountId;
        var unasked = await _cloud.WhyNotEntered(account, OwnLook);
        if (unasked == PermitError.BudgetSpent)
            return null;
        var seen = unasked is null ? await _cloud.Look(id, account, cancellation) : null;
        if (seen is ProviderResult<Droplet>.Ok or ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true })
            await Answered();
        else
            await HeldUp();
        return seen;
    }

    /// <summary>No permit for the create now. A paused account may take long: the owner is told, once.</summary>
    private async Task<Next> WaitForPermit()
    {
        if (!State.Creation.ToldDelay && await ProviderAccount.View() is { Mode: ProviderAccountMode.Disabled } or { Alarm: ProviderAlarm.TokenRefused or ProviderAlarm.WrongAccount })
        {
            var notice = Notice.OrderDelayed($"droplet:{_instance}:delayed", _instance, State.Name);
            await Apply(state => state.Creation.ToldDelay || !state.Phase.IsProvisioning()
                ? null
                : (state with { Creation = state.Creation with { ToldDelay = true } }).Tell(notice: notice));
        }

        return Poll;
    }
}
