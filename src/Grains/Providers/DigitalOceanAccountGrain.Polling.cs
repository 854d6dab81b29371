using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>
/// Everybody who waits, answered from shared pages of 200: one read of the newest actions tells all actions that ended, one read of the
/// droplets shows all that became usable. A thousand servers in the making cost as many calls a minute as one.
/// </summary>
public sealed partial class DigitalOceanAccountGrain
{
    // Pages read in one go at most; what is older than a thousand actions is found by its own droplet.
    private const int MostPages = 5;

    // Older pages are read less often: what is on them has taken long already.
    private const int DeepEvery = 3;

    private readonly ProviderWatch _watch = new();
    private IGrainTimer? _timer;
    private int _rounds;

    // How many pages the droplet list has, as last seen: whether it or single reads are cheaper.
    private int _dropletPages = 1;

    /// <inheritdoc/>
    public Task WatchAction(InstanceId instance, long providerActionId)
    {
        _watch.AddAction(instance, providerActionId, RealTime.GetUtcNow());
        return StartPolling();
    }

    /// <inheritdoc/>
    public Task WatchCreation(InstanceId instance, long dropletId, long? createActionId)
    {
        _watch.AddCreation(instance, dropletId, createActionId, RealTime.GetUtcNow());
        return StartPolling();
    }

    private Task StartPolling()
    {
        var interval = TimeSpan.FromMilliseconds(_options.WatchIntervalMs);
        // Interleaved: a slow list must not keep permits waiting.
        _timer ??= this.RegisterGrainTimer(Poll, new GrainTimerCreationOptions(interval, interval) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task Poll()
    {
        _watch.Forget(RealTime.GetUtcNow());
        if (_watch.IsEmpty)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        try
        {
            if (_watch.HasActions)
                await ReadActions(deep: _rounds++ % DeepEvery == 0);
            if (_watch.Ripe() is { Count: > 0 } ripe)
                await ReadDroplets(ripe);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogReadFailed(_log, _account, e);
        }
    }

    private async Task ReadActions(bool deep)
    {
        for (var page = PageRequest.First; page.Number <= MostPages; page = page with { Number = page.Number + 1 })
        {
            if (await Read(CallShare.Poll, cloud => cloud.ListActionsAsync(page)) is not { } read)
                return;
            await Task.WhenAll(_watch.Ended(read.Items).Select(TellAction));
            if (!deep || !read.HasMore || !_watch.ReachesBelow(read.Items))
                return;
        }
    }

    private async Task ReadDroplets(IReadOnlyDictionary<long, InstanceId> ripe)
    {
        if (ripe.Count > _dropletPages)
            await ReadDropletPages(ripe);
        else
            await ReadDropletsOneByOne(ripe);
    }

    private async Task ReadDropletPages(IReadOnlyDictionary<long, InstanceId> ripe)
    {
        var left = ripe.Count;
        for (var page = PageRequest.First; left > 0; page = page with { Number = page.Number + 1 })
        {
            if (await Read(CallShare.Poll, cloud => cloud.ListDropletsAsync(page)) is not { } read)
                return;
            _dropletPages = (int)Math.Max(1, (read.Total + PageRequest.MaximumSize - 1) / PageRequest.MaximumSize);
            var seen = read.Items.Where(droplet => ripe.ContainsKey(droplet.Id)).ToList();
            left -= seen.Count;
            await Task.WhenAll(seen.Select(droplet => TellDroplet(ripe[droplet.Id], droplet)));
            if (!read.HasMore)
                return;
        }
    }

    private async Task ReadDropletsOneByOne(IReadOnlyDictionary<long, InstanceId> ripe)
    {
        foreach (var (id, instance) in ripe)
        {
            // A 404 is its own droplet's to judge.
            if (await Read(CallShare.Poll, cloud => cloud.GetDropletAsync(id)) is { } droplet)
                await TellDroplet(instance, droplet);
        }
    }

    private async Task TellAction(EndedAction ended)
    {
        if (await Told(ended.Instance, droplet => droplet.ProviderActionEnded(ended.ActionId, ended.Succeeded)))
            _watch.ActionDone(ended, RealTime.GetUtcNow());
    }

    private async Task TellDroplet(InstanceId instance, Droplet droplet)
    {
        if (!droplet.IsReady)
            return;
        var sighting = new ProviderSighting(droplet.Id, droplet.CreatedAt, Ready: true, droplet.PublicIPv4, droplet.PublicIPv6);
        if (await Told(instance, grain => grain.ProviderDropletSeen(sighting)))
            _watch.CreationDone(droplet.Id);
    }

    /// <summary>One droplet's trouble must not keep the others waiting.</summary>
    private async Task<bool> Told(InstanceId instance, Func<IDropletGrain, Task> tell)
    {
        try
        {
            await tell(GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(instance)));
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotTold(_log, instance.ToString(), e);
            return false;
        }
    }
}
