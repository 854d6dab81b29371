using System.Net;
using System.Net.Sockets;

namespace Webrana.Testing;

/// <summary>A port of this machine that refuses: bound, so that nobody else can take it meanwhile, and not listening.</summary>
public sealed class ClosedPort : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Address and port, written as <c>127.0.0.1:1234</c>.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public void Dispose() => _socket.Dispose();
}
