using System.Collections.Concurrent;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Which servers have an activation in this silo. Each enters before it reads its record, so that whoever wrote the record and looks here
/// afterwards finds everybody who may have read it as it was before.
/// </summary>
public sealed class LiveDroplets
{
    private readonly ConcurrentDictionary<string, int> _keys = new(StringComparer.Ordinal);

    /// <summary>An activation is being made.</summary>
    public void Enter(string key) => _keys.AddOrUpdate(key, 1, (_, count) => count + 1);

    /// <summary>It has ended. The next one of the same server may have entered already.</summary>
    public void Leave(string key)
    {
        while (_keys.TryGetValue(key, out var count))
        {
            if (count > 1 ? _keys.TryUpdate(key, count - 1, count) : _keys.TryRemove(KeyValuePair.Create(key, count)))
                return;
        }
    }

    /// <summary>Whether it has one here, or is about to.</summary>
    public bool Contains(string key) => _keys.ContainsKey(key);
}
