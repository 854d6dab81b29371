using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Webrana.Ssh;

/// <summary>Runs one command on a server: the seam between flows and the network, so that tests may break it.</summary>
public interface ISshDoor
{
    /// <summary>
    /// Logs in with the key, runs <paramref name="command"/>, feeds it <paramref name="input"/> and closes its input. Secrets belong in
    /// the input, never in the command: a command line is readable by everybody on that server.
    /// </summary>
    Task<SshOutcome> RunAsync(SshTarget target, string command, string input, CancellationToken cancellation);
}

/// <summary>
/// SSH by SSH.NET, which blocks: for answers, and in its good-bye for a server that may never let go. So it works on a thread of its own, over a
/// connection that is closed when a limit is over (<see cref="SshRelay"/>). Callers may be grains: nothing here runs on their scheduler, and none waits
/// for a place behind others.
/// </summary>
/// <param name="entering">How long connecting and logging in may take together.</param>
/// <param name="answering">How long the command may take.</param>
/// <param name="mostVisits">How many visits there may be at once.</param>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim holds nothing to free unless its wait handle is asked for.")]
public sealed class SshDoor(TimeSpan entering, TimeSpan answering, int mostVisits = SshOptions.UsualMostVisits) : ISshDoor
{
    /// <summary>The instrument that counts visits for which there was no place.</summary>
    public const string TurnedAwayName = "webrana.ssh.turned_away";

    /// <summary>The instrument that counts what should never be.</summary>
    public const string LeftName = "webrana.ssh.left";

    /// <summary>For the server to hear that we go; the command's own end where it has to be told to.</summary>
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    /// <summary>For SSH.NET to notice that its connection is gone.</summary>
    private static readonly TimeSpan LetGoLimit = TimeSpan.FromSeconds(5);

    private static readonly Meter Meter = new("Webrana.Ssh");

    private static readonly Counter<long> Left = Meter.CreateCounter<long>(LeftName, description: "Threads that stayed in SSH.NET although their connection was closed.");

    private static readonly Counter<long> TurnedAway = Meter.CreateCounter<long>(TurnedAwayName, description: "Visits for which there was no place; they come again.");

    private static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(mostVisits, mostVisits);

    /// <summary>One limit for each of both.</summary>
    public SshDoor(TimeSpan timeout)
        : this(timeout, timeout)
    {
    }

    /// <summary>Ten seconds to connect and log in, and ten to answer.</summary>
    public SshDoor()
        : this(UsualLimit)
    {
    }

    /// <summary>The usual limits for so many at once.</summary>
    public SshDoor(int mostVisits)
        : this(UsualLimit, UsualLimit, mostVisits)
    {
    }

    /// <inheritdoc/>
    public Task<SshOutcome> RunAsync(SshTarget target, string command, string input, CancellationToken cancellation) =>
        Task.Run(() => VisitAsync(target, command, input, cancellation), cancellation);

    private async Task<SshOutcome> VisitAsync(SshTarget target, string command, string input, CancellationToken cancellation)
    {
        // Not waited for: servers that stand still would have everybody else's visits queue up behind them.
        if (!await _places.WaitAsync(0, CancellationToken.None))
        {
            TurnedAway.Add(1);
            return new SshOutcome.NoPlace();
        }

        var thread = Task.CompletedTask;
        try
        {
            return await VisitAsync(target, command, input, started => thread = started, cancellation);
        }
        finally
        {
            _ = GiveBackAsync();
        }

        // One that stayed in SSH.NET keeps its place: what is bounded is threads.
        async Task GiveBackAsync()
        {
            await thread;
            _places.Release();
        }
    }

    private async Task<SshOutcome> VisitAsync(SshTarget target, string command, string input, Action<Task> started, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(entering);
        using var relay = await ConnectAsync(target, limit.Token);
        if (relay is null)
        {
            cancellation.ThrowIfCancellationRequested();
            return new SshOutcome.Failed(SshFailure.Unreachable, null);
        }

        var visit = new SshVisit(target, relay, command, input, entering, answering);
        started(visit.Over);
        await Until(visit.Entered);
        limit.CancelAfter(answering + GoodbyeLimit);
        await Until(visit.Answered);
        limit.CancelAfter(GoodbyeLimit);
        await Until(visit.Over);

        visit.Cut();
        await visit.Over.WaitAsync(LetGoLimit, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!visit.Over.IsCompleted)
            Left.Add(1);
        var outcome = visit.Answered.IsCompleted ? await visit.Answered : new SshOutcome.Failed(SshFailure.Unreachable, visit.HostKey);
        // A command that has run has run, whatever became of the good-bye.
        if (outcome is SshOutcome.Failed)
            cancellation.ThrowIfCancellationRequested();
        return outcome;

        // Past the limit, or cancelled, nothing is waited for any more.
        ConfiguredTaskAwaitable Until(Task step) => step.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Null when nothing answers, or not in time.</summary>
    private async Task<SshRelay?> ConnectAsync(SshTarget target, CancellationToken limit)
    {
        try
        {
            foreach (var address in await Dns.GetHostAddressesAsync(target.Host, limit))
            {
                try
                {
                    return await SshRelay.OpenAsync(address, target.Port, keepAliveEvery: answering, stallLimit: answering, limit);
                }
                catch (SocketException)
                {
                    // Not there; a name may have others.
                }
            }
        }
        catch (Exception unknown) when (unknown is SocketException or OperationCanceledException)
        {
            // Its name is not known, or the time is over.
        }

        return null;
    }
}

/// <summary>A logged-in connection whose host key was checked. Dispose closes it.</summary>
public sealed class SshSession : IDisposable
{
    private readonly PrivateKeyFile _key;

    private SshSession(SshClient client, PrivateKeyFile key, string hostKey) => (Client, _key, HostKey) = (client, key, hostKey);

    /// <summary>The connection, connected.</summary>
    public SshClient Client { get; }

    /// <summary>The host key it showed (<c>type base64</c>), equal to the pinned one where there was one.</summary>
    public string HostKey { get; }

    /// <summary>Connects, checks the host key against the pin, and logs in with the key. Refusals are values; cancellation throws.</summary>
    public static async Task<SshOpening> OpenAsync(SshTarget target, TimeSpan timeout, CancellationToken cancellation)
    {
        var login = new Login(target, timeout);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(timeout);
            await login.Client.ConnectAsync(limit.Token);
            return login.Opened();
        }
        catch (Exception refused) when (IsNetwork(refused) || (refused is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return login.Refused(refused);
        }
        catch
        {
            login.Dispose();
            throw;
        }
    }

    /// <summary>The same, blocking: on a thread made for it, so that none of the pool's waits for a key exchange.</summary>
    internal static SshOpening Open(SshTarget target, TimeSpan timeout)
    {
        var login = new Login(target, timeout);
        try
        {
            login.Client.Connect();
            return login.Opened();
        }
        catch (Exception refused) when (IsNetwork(refused))
        {
            return login.Refused(refused);
        }
        catch
        {
            login.Dispose();
            throw;
        }
    }

    internal static bool IsNetwork(Exception exception) =>
        exception is SshException or SocketException or IOException or ObjectDisposedException or TimeoutException;

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _key.Dispose();
    }

    /// <summary>A server has one key per algorithm: ask for the algorithm of the key we know, or another honest key would look like a wrong one.</summary>
    private static void AskForPinned(ConnectionInfo info, string? hostKey)
    {
        var algorithm = hostKey?.Split(' ')[0];
        if (algorithm is null || !info.HostKeyAlgorithms.ContainsKey(algorithm) || algorithm == "ssh-rsa")
            return; // RSA keys are offered under several signature names
        foreach (var other in info.HostKeyAlgorithms.Keys.Where(name => name != algorithm).ToList())
            info.HostKeyAlgorithms.Remove(other);
    }

    /// <summary>A connection that is not logged in yet.</summary>
    private sealed class Login : IDisposable
    {
        private readonly PrivateKeyFile _key;
        private string? _seen;
        private bool _isTrusted = true;

        public Login(SshTarget target, TimeSpan timeout)
        {
            _key = new PrivateKeyFile(new MemoryStream(Encoding.ASCII.GetBytes(target.PrivatePem)));
            var info = new ConnectionInfo(target.Host, target.Port, target.User, new PrivateKeyAuthenticationMethod(target.User, _key)) { Timeout = timeout };
            AskForPinned(info, target.HostKey);
            Client = new SshClient(info);
            Client.HostKeyReceived += (_, shown) =>
            {
                _seen = $"{SshKeyPair.AlgorithmOf(shown.HostKey)} {Convert.ToBase64String(shown.HostKey)}";
                shown.CanTrust = _isTrusted = target.HostKey is null || string.Equals(target.HostKey, _seen, StringComparison.Ordinal);
            };
        }

        public SshClient Client { get; }

        public SshOpening Opened() => new(new SshSession(Client, _key, _seen!), null, _seen);

        public SshOpening Refused(Exception refused)
        {
            Dispose();
            var why = !_isTrusted ? SshFailure.HostKeyChanged
                : refused is SshAuthenticationException ? SshFailure.KeyRefused
                : SshFailure.Unreachable;
            return new SshOpening(null, why, _seen);
        }

        public void Dispose()
        {
            Client.Dispose();
            _key.Dispose();
        }
    }
}

/// <summary>A session, or why there is none.</summary>
/// <param name="HostKey">The key shown, when the connection came that far.</param>
public sealed record SshOpening(SshSession? Session, SshFailure? Failure, string? HostKey);
