using System.Buffers.Binary;
using System.Text;

namespace Webrana.Chaos.Network;

/// <summary>One message of PostgreSQL's protocol.</summary>
/// <param name="Type">Its letter; NUL for those at the start of a connection, which have none.</param>
/// <param name="Body">The beginning of its body, one character a byte.</param>
public readonly record struct PostgresMessage(char Type, string Body);

/// <summary>
/// Walks over one direction of a connection to PostgreSQL, however its bytes were cut, and tells the messages that are wanted. Of bodies only
/// the beginning is kept: what counts stands there.
/// </summary>
public sealed class PostgresMessages(bool fromClient, string wanted)
{
    private const int Kept = 8 * 1024;
    private const int Longest = 1 << 30;

    private readonly byte[] _head = new byte[5];
    private readonly byte[] _body = new byte[Kept];
    private bool _typed = !fromClient;
    private bool _lost;
    private int _headLength, _bodyLength, _bodyLeft, _bare;

    /// <summary>One byte outside of any message comes next: the server's no to encryption.</summary>
    public void ExpectBareByte() => Interlocked.Increment(ref _bare);

    /// <summary>Walks over the next bytes.</summary>
    /// <returns>The wanted messages that are complete with them.</returns>
    public IReadOnlyList<PostgresMessage> Read(ReadOnlySpan<byte> bytes)
    {
        List<PostgresMessage> met = [];
        while (bytes.Length > 0 && !_lost)
        {
            var head = _typed ? 5 : 4;
            if (_headLength < head)
            {
                if (_headLength == 0 && Volatile.Read(ref _bare) > 0)
                    Interlocked.Decrement(ref _bare);
                else
                    _head[_headLength++] = bytes[0];
                bytes = bytes[1..];
                if (_headLength < head)
                    continue;
                (_bodyLength, _bodyLeft) = (0, BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(head - 4, 4)) - 4);
                // Not the protocol that we know: a wire that understands nothing breaks nothing.
                _lost = _bodyLeft is < 0 or > Longest;
                if (_lost)
                    break;
            }

            var here = Math.Min(_bodyLeft, bytes.Length);
            var keep = Math.Min(here, Kept - _bodyLength);
            bytes[..keep].CopyTo(_body.AsSpan(_bodyLength));
            (_bodyLength, _bodyLeft) = (_bodyLength + keep, _bodyLeft - here);
            bytes = bytes[here..];
            if (_bodyLeft > 0)
                continue;
            var type = _typed ? (char)_head[0] : '\0';
            if (wanted.Contains(type, StringComparison.Ordinal))
                met.Add(new PostgresMessage(type, Encoding.Latin1.GetString(_body, 0, _bodyLength)));
            // The start-up message of version 3 ends the part without letters; requests for encryption come before it.
            _typed |= _bodyLength >= 4 && BinaryPrimitives.ReadInt16BigEndian(_body) == 3;
            _headLength = 0;
        }

        return met;
    }
}
