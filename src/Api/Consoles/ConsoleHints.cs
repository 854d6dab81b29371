using System.Threading.Channels;
using Webrana.Api.Events;
using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Feeds;

namespace Webrana.Api.Consoles;

/// <summary>The feeds of whoever opened the console and of whose server it is, boiled down to "look now".</summary>
internal sealed class ConsoleHints : IConsoleHints
{
    // One waiting hint says as much as many.
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<FeedSubscription> _feeds = [];
    private readonly CancellationTokenSource _left = new();
    private readonly List<Task> _reading = [];
    private readonly string _instance;

    private ConsoleHints(InstanceId instance) => _instance = instance.ToString();

    /// <summary>Subscribes. While the cluster is away there are no hints, and the looks of every minute must do.</summary>
    public static async Task<ConsoleHints> OpenAsync(IClusterClient cluster, ConsolePass pass, UserId owner, TimeProvider clock)
    {
        var hints = new ConsoleHints(pass.Instance);
        try
        {
            foreach (var user in new HashSet<UserId> { pass.User, owner })
            {
                var feed = await FeedSubscription.OpenAsync(cluster, user, clock);
                hints._feeds.Add(feed);
                hints._reading.Add(hints.ReadAsync(feed));
            }
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            hints.Raise();
        }

        return hints;
    }

    /// <inheritdoc/>
    public Task NextAsync(CancellationToken cancellation) => _hints.Reader.ReadAsync(cancellation).AsTask();

    /// <inheritdoc/>
    public async Task RenewAsync()
    {
        try
        {
            foreach (var feed in _feeds)
            {
                // The feed went on without us: whatever we missed, look.
                if (await feed.RenewWhenDueAsync() || feed.TakeOverflow())
                    Raise();
            }
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            Raise();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await Task.WhenAll(_reading);
        foreach (var feed in _feeds)
            await feed.DisposeAsync();
        _left.Dispose();
    }

    private async Task ReadAsync(FeedSubscription feed)
    {
        try
        {
            await foreach (var hint in feed.Events.ReadAllAsync(_left.Token))
            {
                if (hint.Kind == UserEventKind.SignedOut || (hint.Kind == UserEventKind.InstanceChanged && hint.SubjectId == _instance))
                    Raise();
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The console is over.
        }
    }

    private void Raise() => _hints.Writer.TryWrite(true);
}
