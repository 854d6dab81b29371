using Webrana.Client;
using Webrana.Wire.Shop;

namespace Webrana.Web.Shop;

/// <summary>
/// What is announced to everybody, for pages without a circuit: asked every ten seconds at most for the whole process. No page waits for it
/// longer than a moment: an API that hangs must not take the sign-in page with it.
/// </summary>
/// <param name="client">Used without a user.</param>
/// <param name="time">Ages the copy.</param>
public sealed class MaintenanceBoard(WebranaClient client, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    IReadOnlyList<MaintenanceNotice> _copy = [];
    DateTimeOffset _askedAt = DateTimeOffset.MinValue;
    Task _reading = Task.CompletedTask;

    /// <summary>What is announced, as last read; nothing before the first answer.</summary>
    public async Task<IReadOnlyList<MaintenanceNotice>> GetAsync()
    {
        Task reading;
        lock (_gate)
        {
            if (_reading.IsCompleted && time.GetUtcNow() - _askedAt >= Lifetime) (_reading, _askedAt) = (ReadAsync(), time.GetUtcNow());
            reading = _reading;
        }

        if (!reading.IsCompleted) await Task.WhenAny(reading, Task.Delay(Patience, time));
        return _copy;
    }

    async Task ReadAsync()
    {
        // The gate is held by the caller up to the first await.
        await Task.Yield();
        if (await client.MaintenanceAsync() is { IsOk: true } read) _copy = read.Value.Items;
    }
}
