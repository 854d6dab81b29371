using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Driver;

/// <summary>
/// What stands before several APIs in production: takes them in turn, passes by one that does not accept connections or said three times that it is not
/// ready, and asks another where nothing had been sent yet. It repeats nothing that may have been received.
/// </summary>
public sealed class FrontDoor : DelegatingHandler
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    // As balancers count: one look that fails may be the look's fault.
    private const int Misses = 3;

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

    /// <summary>What came of the requests that went through it.</summary>
    public Traffic Traffic { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        var (at, sent) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        try
        {
            var answer = await SendInTurnAsync(request, asked, cancellationToken);
            // To its last byte: what is cut in its middle is no answer.
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            if ((int)answer.StatusCode < 500)
                Traffic.Answered();
            else
                Fails(request.RequestUri, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            Fails(request.RequestUri, $"{e.GetType().Name}: {e.Message}");
            throw;
        }

        void Fails(Uri? to, string why) =>
            Traffic.Fails(new FailedRequest(at, $"{request.Method} {asked.AbsolutePath} at {to?.Authority}", why, Stopwatch.GetElapsedTime(sent)));
    }

    protected override void Dispose(bool disposing)
    {
        _end.Cancel();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendInTurnAsync(HttpRequestMessage request, Uri asked, CancellationToken cancellationToken)
    {
        var doors = _ready;
        Traffic.Sent();
        if (doors.Count == 0)
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Content = new StringContent("no API is ready") };
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
                Traffic.IsPassedOn();
            }
        }
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(Every);
        var missed = new Dictionary<Uri, int>();
        try
        {
            do
            {
                var apis = _apis();
                var ready = await Task.WhenAll(apis.Select(async api => (api, there: api.IsAlive && !api.IsStopped, ok: await LooksReadyAsync(api))));
                foreach (var (api, there, ok) in ready)
                    missed[api.Address] = ok ? 0 : there ? missed.GetValueOrDefault(api.Address, Misses) + 1 : Misses;
                _ready = [.. apis.Select(api => api.Address).Where(address => missed[address] < Misses)];
            }
            while (await timer.WaitForNextTickAsync(_end.Token));
        }
        catch (OperationCanceledException)
        {
            _ready = [];
        }
    }

    private async Task<bool> LooksReadyAsync(Member api) => api.IsAlive && !api.IsStopped && await api.IsReadyAsync(_end.Token);
}
