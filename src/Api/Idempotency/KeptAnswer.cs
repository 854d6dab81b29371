using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Webrana.Data.Idempotency;

namespace Webrana.Api.Idempotency;

/// <summary>
/// An answer taken off its endpoint's result, so that it can be kept and given again byte for byte. In its row it is three headers, each
/// with its length (0 = not there), and the body.
/// </summary>
internal sealed class KeptAnswer : IResult, IStatusCodeHttpResult
{
    private static readonly string[] Headers = ["Content-Type", "Location", "Cache-Control"];

    private readonly string?[] _headers;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly AnswerBody? _captured;

    private KeptAnswer(int status, string?[] headers, ReadOnlyMemory<byte> body, AnswerBody? captured) =>
        (Status, _headers, _body, _captured) = (status, headers, body, captured);

    public int Status { get; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>Runs the result against a buffer in place of the connection.</summary>
    public static async ValueTask<KeptAnswer> CaptureAsync(HttpContext http, object? result)
    {
        if (result is not IResult executable)
            throw new InvalidOperationException("A write endpoint returns an IResult, or its answer could not be kept.");
        var connection = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new AnswerBody();
        http.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await executable.ExecuteAsync(http);
        }
        finally
        {
            http.Features.Set(connection);
        }

        var headers = new string?[Headers.Length];
        for (var n = 0; n < headers.Length; n++)
            headers[n] = http.Response.Headers.TryGetValue(Headers[n], out var value) ? value.ToString() : null;
        return new KeptAnswer(http.Response.StatusCode, headers, body.Written, body);
    }

    /// <summary>The answer again, from what its row holds.</summary>
    public static async ValueTask<KeptAnswer> ReadAsync(IdempotencyClaim.Answered kept, IdempotencyScope scope, AnswerSeal seal, IDataProtector oldSeal)
    {
        if (await seal.OpenAsync(scope, kept.Status, kept.Answer) is not { } plain)
            return ReadOld(kept, oldSeal);
        var headers = new string?[Headers.Length];
        var at = 0;
        for (var n = 0; n < headers.Length; n++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(at));
            headers[n] = length == 0 ? null : Encoding.UTF8.GetString(plain, at + sizeof(ushort), length);
            at += sizeof(ushort) + length;
        }

        return new KeptAnswer(kept.Status, headers, plain.AsMemory(at), null);
    }

    /// <summary>What its row is to hold, with room for the seal.</summary>
    public byte[] Write()
    {
        var length = AnswerSeal.Head + AnswerSeal.Tail + _body.Length;
        foreach (var header in _headers) length += sizeof(ushort) + Encoding.UTF8.GetByteCount(header ?? "");
        var row = new byte[length];
        var rest = row.AsSpan(AnswerSeal.Head);
        foreach (var header in _headers)
        {
            var written = Encoding.UTF8.GetBytes(header, rest[sizeof(ushort)..]);
            BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)written));
            rest = rest[(sizeof(ushort) + written)..];
        }

        _body.Span.CopyTo(rest);
        return row;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        for (var n = 0; n < Headers.Length; n++)
        {
            if (_headers[n] is { } value) response.Headers[Headers[n]] = value;
        }

        if (_body.Length > 0)
        {
            // Its length is known: head and body leave in one piece, and no empty chunk has to say that this was all.
            response.ContentLength = _body.Length;
            await response.BodyWriter.WriteAsync(_body, httpContext.RequestAborted);
        }

        _captured?.Dispose();
    }

    /// <summary>As the version before wrote it: a JSON document whose body is one Data Protection envelope.</summary>
    private static KeptAnswer ReadOld(IdempotencyClaim.Answered kept, IDataProtector protector)
    {
        var row = JsonSerializer.Deserialize<OldRow>(kept.Answer.AsSpan(1))!;
        return new KeptAnswer(kept.Status, [.. Headers.Select(name => row.Headers.GetValueOrDefault(name))], protector.Unprotect(row.Body), null);
    }

    private sealed record OldRow(Dictionary<string, string> Headers, byte[] Body);
}
