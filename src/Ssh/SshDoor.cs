using System.Net.Sockets;
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

/// <summary>SSH by SSH.NET.</summary>
public sealed class SshDoor(TimeSpan timeout) : ISshDoor
{
    /// <summary>Ten seconds to connect, log in and answer.</summary>
    public SshDoor()
        : this(TimeSpan.FromSeconds(10))
    {
    }

    /// <inheritdoc/>
    public async Task<SshOutcome> RunAsync(SshTarget target, string command, string input, CancellationToken cancellation)
    {
        var opened = await SshSession.OpenAsync(target, timeout, cancellation);
        if (opened.Session is not { } session)
            return new SshOutcome.Failed(opened.Failure!.Value, opened.HostKey);
        using (session)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(timeout);
                using var run = session.Client.CreateCommand(command);
                var running = run.ExecuteAsync(limit.Token);
                await using (var stdin = run.CreateInputStream())
                    await stdin.WriteAsync(Encoding.UTF8.GetBytes(input), limit.Token);
                await running;
                return new SshOutcome.Ran(run.ExitStatus, session.HostKey);
            }
            catch (Exception broken) when (SshSession.IsNetwork(broken) || (broken is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                return new SshOutcome.Failed(SshFailure.Unreachable, session.HostKey);
            }
        }
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
        var key = new PrivateKeyFile(new MemoryStream(Encoding.ASCII.GetBytes(target.PrivatePem)));
        var info = new ConnectionInfo(target.Host, target.Port, target.User, new PrivateKeyAuthenticationMethod(target.User, key)) { Timeout = timeout };
        AskForPinned(info, target.HostKey);
        var client = new SshClient(info);
        string? seen = null;
        var trusted = true;
        client.HostKeyReceived += (_, shown) =>
        {
            seen = $"{SshKeyPair.AlgorithmOf(shown.HostKey)} {Convert.ToBase64String(shown.HostKey)}";
            shown.CanTrust = trusted = target.HostKey is null || string.Equals(target.HostKey, seen, StringComparison.Ordinal);
        };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(timeout);
            await client.ConnectAsync(limit.Token);
            return new SshOpening(new SshSession(client, key, seen!), null, seen);
        }
        catch (Exception refused) when (IsNetwork(refused) || (refused is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            client.Dispose();
            key.Dispose();
            var why = !trusted ? SshFailure.HostKeyChanged
                : refused is SshAuthenticationException ? SshFailure.KeyRefused
                : SshFailure.Unreachable;
            return new SshOpening(null, why, seen);
        }
        catch
        {
            client.Dispose();
            key.Dispose();
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
}

/// <summary>A session, or why there is none.</summary>
/// <param name="HostKey">The key shown, when the connection came that far.</param>
public sealed record SshOpening(SshSession? Session, SshFailure? Failure, string? HostKey);
