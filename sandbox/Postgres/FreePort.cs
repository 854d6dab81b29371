using System.Net;
using System.Net.Sockets;

namespace Webrana.Sandbox.Postgres;

/// <summary>Free TCP ports on loopback.</summary>
public static class FreePort
{
    // Below what kernels hand out to outgoing connections: one of these would have it before whoever asked listens.
    private const int First = 24_000, Count = 8_000;

    private static int _next = Environment.ProcessId * 37 % Count;

    /// <summary>A port that was free a moment ago; they are handed out in turn, each process from a place of its own, so two callers rarely meet.</summary>
    public static int Next()
    {
        for (var left = Count; left > 0; left--)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException($"No port between {First} and {First + Count - 1} is free.");
    }

    /// <summary>Whether a port can be listened on now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
