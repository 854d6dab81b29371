using Npgsql;
using Webrana.Contracts;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Providers;

/// <summary>
/// The room that is set aside for servers that are not there yet. Whoever waits for its droplet keeps its place for as long as it waits: that
/// is read from the servers' own records, so that no restart forgets one. In memory are only those whose record may be behind.
/// </summary>
public sealed partial class DigitalOceanAccountGrain
{
    // The status under which servers without a droplet are listed.
    private const string InTheMaking = "PROVISIONING";

    /// <summary>When each was placed, or last seen to wait.</summary>
    private readonly Dictionary<InstanceId, DateTimeOffset> _placed = [];
    private bool _placesRead;

    /// <inheritdoc/>
    public async Task<bool> Place(InstanceId instance)
    {
        if (_placed.ContainsKey(instance))
            return true;
        try
        {
            // A successor knows nobody who was placed before it.
            if (!_placesRead)
                await ReadPlaces();
        }
        catch (NpgsqlException e)
        {
            LogReadFailed(_log, _account, e);
            return false;
        }

        if (!IsSelling || Free <= 0)
            return false;
        _placed[instance] = RealTime.GetUtcNow();
        return true;
    }

    private int Counted => _dropletCount ?? State.DropletCount ?? 0;

    /// <summary>Before the first look of all nothing is known against it; before the first one of a successor, what the last look said counts.</summary>
    private int Free => (_seen?.DropletLimit ?? State.DropletLimit) is { } limit
        ? Math.Max(0, limit - Counted - _placed.Count - _options.KeepFree)
        : 1;

    private async Task ReadPlaces()
    {
        var now = RealTime.GetUtcNow();
        for ((long, string)? after = null; ;)
        {
            var (records, next) = await _records.PageAsync(InTheMaking, after, LivePage);
            // A successor's first count may be older than what has just been made, too.
            foreach (var record in records.Where(record => record.AccountId == _account && (!_placesRead || Recorded(record).Phase.AwaitsDroplet())))
                _placed[new InstanceId(GrainKeys.Guid(record.Key, "droplet"))] = now;
            if (next is null)
                break;
            after = next;
        }

        _placesRead = true;
    }

    /// <summary>Who has waited no more for a while has its droplet, which is counted by now, or has ended.</summary>
    private void ForgetPlaces()
    {
        var before = RealTime.GetUtcNow() - TimeSpan.FromMilliseconds(_options.CountLagMs);
        foreach (var old in _placed.Where(entry => entry.Value < before).Select(entry => entry.Key).ToList())
            _placed.Remove(old);
    }

    /// <summary>For a successor that may have to wait for its first look.</summary>
    private Task<bool> NoteRoom()
    {
        // A look of which one half was not answered takes nothing back.
        var (limit, count) = (_seen?.DropletLimit ?? State.DropletLimit, _dropletCount ?? State.DropletCount);
        return _state.Update(state => state.DropletLimit == limit && state.DropletCount == count
            ? null
            : state with { DropletLimit = limit, DropletCount = count });
    }
}
