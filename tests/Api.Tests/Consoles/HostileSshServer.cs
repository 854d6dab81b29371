using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Webrana.Api.Tests.Consoles;

/// <summary>
/// As much of an SSH server (RFC 4253, 4252, 4254) as it takes to be let in to a terminal or to have a command run, and then to behave as no OpenSSH
/// can be made to. It lets everybody in, knows one algorithm of each kind, serves one connection, and never closes that.
/// </summary>
sealed class HostileSshServer : IAsyncDisposable
{
    const string Version = "SSH-2.0-hostile";
    const string HostKeyKind = "ecdsa-sha2-nistp256";
    const uint PacketBytes = 32 * 1024;

    /// <summary>What a command ends with, once its input has.</summary>
    public const int ExitStatus = 7;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ECDsa _hostKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly long _greeting;
    readonly bool _readsWhatIsTyped;
    readonly uint _window;
    readonly Task _serving;
    Socket? _client;
    NetworkStream? _stream;
    Direction? _in;
    Direction? _out;
    uint _channel;
    long _typed;
    long _said;

    /// <param name="window">How much may be typed before it allows more, which it never does.</param>
    /// <param name="greeting">What it says to the terminal before it grants one.</param>
    public HostileSshServer(uint window, bool readsWhatIsTyped, long greeting = 0)
    {
        (_window, _readsWhatIsTyped, _greeting) = (window, readsWhatIsTyped, greeting);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>It grants a terminal, says good-bye and closes it in the same breath; the connection stays open.</summary>
    public bool ClosesAtOnce { get; init; }

    /// <summary>It takes a command on; otherwise it says no word more and reads none from when it is asked to, as if it had been stopped.</summary>
    public bool TakesCommands { get; init; }

    /// <summary>It was asked to run a command.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Bytes of the terminal's or the command's input that it has read.</summary>
    public long Typed => Volatile.Read(ref _typed);

    /// <summary>How much of its greeting was taken from it.</summary>
    public long Said => Volatile.Read(ref _said);

    /// <summary>Bytes of its terminal.</summary>
    public Task SayAsync(string text) => SendAsync(Pack((byte)94, _channel, text));

    /// <summary>SSH_MSG_DISCONNECT, and nothing after it: the connection stays open.</summary>
    public Task DisconnectAsync() => SendAsync(Pack((byte)1, 11u, "go away", ""));

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        _listener.Stop();
        _client?.Dispose();
        // What went wrong here is why a test fails.
        await _serving;
        _hostKey.Dispose();
    }

    async Task ServeAsync()
    {
        try
        {
            _client = await _listener.AcceptSocketAsync();
            _stream = new NetworkStream(_client);
            await ExchangeKeysAsync();
            while (await AnswerAsync(await ReceiveAsync()))
            {
            }

            await _over.Task;
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // The client hung up, or the test is over.
        }
    }

    /// <summary>False when it reads no more.</summary>
    async Task<bool> AnswerAsync(byte[] message)
    {
        var fields = new Reader(message, 1);
        switch (message[0])
        {
            case 5: // SERVICE_REQUEST
                await SendAsync(Pack((byte)6, fields.Text()));
                return true;
            case 50: // USERAUTH_REQUEST: user, service, method
                fields.Text();
                fields.Text();
                await SendAsync(fields.Text() == "publickey" ? [52] : Pack((byte)51, "publickey", (byte)0));
                return true;
            case 90: // CHANNEL_OPEN: kind, the client's number
                fields.Text();
                _channel = fields.Number();
                await SendAsync(Pack((byte)91, _channel, 0u, _window, PacketBytes));
                return true;
            case 98: // CHANNEL_REQUEST: our number, kind, whether an answer is wanted
                fields.Number();
                var kind = fields.Text();
                if (kind == "exec")
                {
                    _asked.TrySetResult();
                    if (!TakesCommands)
                        return false;
                }

                if (kind == "shell")
                    await GreetAsync();
                if (fields.Byte() != 0)
                    await SendAsync(Pack((byte)99, _channel));
                if (kind == "shell" && ClosesAtOnce)
                {
                    await SayAsync("dadah");
                    await SendAsync(Pack((byte)97, _channel));
                }

                return kind is not ("shell" or "exec") || _readsWhatIsTyped;
            case 94: // CHANNEL_DATA: our number, bytes
                fields.Number();
                Interlocked.Add(ref _typed, fields.Bytes().Length);
                return true;
            case 96 when _asked.Task.IsCompleted: // CHANNEL_EOF: the command has had its input
                await SendAsync(Pack((byte)98, _channel, "exit-status", (byte)0, (uint)ExitStatus));
                await SendAsync(Pack((byte)97, _channel));
                return true;
            default:
                return true;
        }
    }

    async Task GreetAsync()
    {
        var piece = new byte[PacketBytes / 2];
        for (; _said < _greeting; Volatile.Write(ref _said, _said + piece.Length))
            await SendAsync(Pack((byte)94, _channel, piece));
    }

    async Task ExchangeKeysAsync()
    {
        await _stream!.WriteAsync(Encoding.ASCII.GetBytes(Version + "\r\n"));
        var theirVersion = await LineAsync();
        var ours = Pack([
            (byte)20, .. RandomNumberGenerator.GetBytes(16).Select(random => (object)random), "ecdh-sha2-nistp256", HostKeyKind,
            "aes128-gcm@openssh.com", "aes128-gcm@openssh.com", "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", "", (byte)0, 0u,
        ]);
        await SendAsync(ours);
        var theirs = await ReceiveAsync();
        var theirPoint = new Reader(await ReceiveAsync(), 1).Bytes(); // KEX_ECDH_INIT

        using var mine = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = theirPoint[1..33], Y = theirPoint[33..65] } });
        var secret = Pack(Integer(mine.DeriveRawSecretAgreement(other.PublicKey)));
        var myPoint = Point(mine.ExportParameters(false).Q);
        var hostKey = Pack(HostKeyKind, "nistp256", Point(_hostKey.ExportParameters(false).Q));
        var hash = SHA256.HashData([.. Pack(theirVersion, Version, theirs, ours, hostKey, theirPoint, myPoint), .. secret]);
        var signed = _hostKey.SignData(hash, HashAlgorithmName.SHA256);
        var signature = Pack(HostKeyKind, Pack(Integer(signed[..32]), Integer(signed[32..])));
        await SendAsync(Pack((byte)31, hostKey, myPoint, signature));
        await SendAsync([21]); // NEWKEYS
        Assert.Equal(21, (await ReceiveAsync())[0]);

        // Everything from now on is encrypted, each direction by keys of its own.
        _in = new Direction(Derived('C')[..16], Derived('A')[..12]);
        _out = new Direction(Derived('D')[..16], Derived('B')[..12]);

        byte[] Derived(char use) => SHA256.HashData([.. secret, .. hash, (byte)use, .. hash]);
    }

    async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (true)
        {
            await _stream!.ReadExactlyAsync(next);
            if (next[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)next[0]);
        }
    }

    /// <summary>The next message, without its packet.</summary>
    async Task<byte[]> ReceiveAsync()
    {
        var length = new byte[4];
        await _stream!.ReadExactlyAsync(length);
        var packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
        await _stream.ReadExactlyAsync(packet);
        if (_in is not null)
        {
            var tag = new byte[Direction.TagBytes];
            await _stream.ReadExactlyAsync(tag);
            _in.Decrypt(length, packet, tag);
        }

        return packet[1..^packet[0]];
    }

    async Task SendAsync(byte[] message)
    {
        // The encrypted part is whole blocks; before there are keys its length belongs to them.
        var (block, counted) = _out is null ? (8, 5) : (16, 1);
        var padding = block - ((counted + message.Length) % block);
        if (padding < 4)
            padding += block;
        byte[] packet = [(byte)padding, .. message, .. new byte[padding]];
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)packet.Length);
        byte[] tag = _out?.Encrypt(length, packet) ?? [];
        await _stream!.WriteAsync((byte[])[.. length, .. packet, .. tag]);
    }

    static byte[] Point(ECPoint point) => [4, .. point.X!, .. point.Y!];

    /// <summary>Positive, of as few bytes as it takes (mpint).</summary>
    static byte[] Integer(byte[] number)
    {
        byte[] least = [.. number.SkipWhile(digit => digit == 0)];
        return least is [>= 0x80, ..] ? [0, .. least] : least;
    }

    /// <summary>Bytes and numbers as they are; texts and arrays behind their length.</summary>
    static byte[] Pack(params object[] fields)
    {
        var packed = new List<byte>();
        foreach (var field in fields)
        {
            switch (field)
            {
                case byte one:
                    packed.Add(one);
                    break;
                case uint number:
                    packed.AddRange(Number(number));
                    break;
                default:
                    var bytes = field as byte[] ?? Encoding.UTF8.GetBytes((string)field);
                    packed.AddRange(Number((uint)bytes.Length));
                    packed.AddRange(bytes);
                    break;
            }
        }

        return [.. packed];

        static byte[] Number(uint number)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            return bytes;
        }
    }

    sealed class Reader(byte[] message, int at)
    {
        int _at = at;

        public byte Byte() => message[_at++];

        public uint Number()
        {
            var number = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(_at));
            _at += 4;
            return number;
        }

        public byte[] Bytes()
        {
            var length = (int)Number();
            _at += length;
            return message[(_at - length).._at];
        }

        public string Text() => Encoding.UTF8.GetString(Bytes());
    }

    /// <summary>AES-GCM as RFC 5647 has it: the length is authenticated and not encrypted, the nonce counts packets.</summary>
    sealed class Direction(byte[] key, byte[] nonce)
    {
        public const int TagBytes = 16;

        public void Decrypt(byte[] length, byte[] packet, byte[] tag)
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(nonce, (byte[])[.. packet], tag, packet, length);
            Count();
        }

        public byte[] Encrypt(byte[] length, byte[] packet)
        {
            var tag = new byte[TagBytes];
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Encrypt(nonce, (byte[])[.. packet], packet, tag, length);
            Count();
            return tag;
        }

        void Count()
        {
            var counter = nonce.AsSpan(4);
            BinaryPrimitives.WriteUInt64BigEndian(counter, BinaryPrimitives.ReadUInt64BigEndian(counter) + 1);
        }
    }
}
