using System.Net;
using System.Net.Sockets;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Driver;

/// <summary>
/// What stands before several APIs in production: takes them in turn, passes by one that does not accept connections or says it is not
/// ready, and asks another where nothing had been sent yet. It repeats nothing that may have been received.
/// </summary>
public sealed class FrontDoor : DelegatingHandler
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly Func<IReadOnlyList<Member>> _apis;
    private readonly CancellationTokenSource _end = new();
    private volatile IReadOnlyList<Uri> _ready = [];
    private int _turn;

    public FrontDoor(Func<IReadOnlyList<Member>> apis)
        : base(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10) })
    {
        _apis = apis;
        _ = LookAsync();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        var doors = _ready;
        if (doors.Count == 0)
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
        var first = Interlocked.Increment(ref _turn) & int.MaxValue;
        for (var i = 0; ; i++)
        {
            request.RequestUri = new Uri(doors[(first + i) % doors.Count], asked.PathAndQuery);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && i + 1 < doors.Count)
            {
                // Nobody took it: the next one may.
                continue;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        _end.Cancel();
        base.Dispose(disposing);
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
            {
                var apis = _apis();
                var ready = await Task.WhenAll(apis.Select(async api => (api, ok: api.IsAlive && !api.IsStopped && await api.IsReadyAsync(_end.Token))));
                _ready = [.. ready.Where(one => one.ok).Select(one => one.api.Address)];
            }
            while (await timer.WaitForNextTickAsync(_end.Token));
        }
        catch (OperationCanceledException)
        {
            _ready = [];
        }
    }
}
