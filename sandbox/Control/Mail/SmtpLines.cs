using System.Buffers;
using System.IO.Pipelines;

namespace Webrana.Sandbox.Control.Mail;

/// <summary>Reads lines that end in CR LF (a lone LF is forgiven), of at most 64 KB each.</summary>
sealed class SmtpLines(Stream stream)
{
    const int MaximumLineBytes = 64 * 1024;

    readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>The next line without its end, or null when the client closed.</summary>
    internal async Task<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(cancellation);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = result.Buffer.Slice(0, end).ToArray();
                _reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line is [.., (byte)'\r'] ? line[..^1] : line;
            }

            if (result.Buffer.Length > MaximumLineBytes)
                throw new IOException("a line without an end");
            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }
}
