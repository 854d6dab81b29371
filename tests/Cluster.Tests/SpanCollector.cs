using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Webrana.Cluster.Tests;

/// <summary>A span as a collector receives it.</summary>
/// <param name="Service">Whose process it was: <c>webrana-api</c>.</param>
public sealed record ReceivedSpan(string Service, string Trace, string Id, string Parent, string Name);

/// <summary>
/// What processes send their traces to: OTLP over gRPC, of whose messages the few fields are read that say which span is whose (trace.proto of
/// OpenTelemetry, resource_spans = 1 and on).
/// </summary>
public sealed class SpanCollector : IAsyncDisposable
{
    private const string Package = "/opentelemetry.proto.collector";
    private readonly WebApplication _app;

    private SpanCollector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public static async Task<SpanCollector> StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var collector = new SpanCollector(builder.Build());
        collector._app.MapPost($"{Package}.trace.v1.TraceService/Export", collector.TakeAsync);
        collector._app.MapPost($"{Package}.metrics.v1.MetricsService/Export", AcceptAsync);
        await collector._app.StartAsync(cancellation);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        // gRPC puts one byte for compression and four for the length before the message.
        foreach (var resource in Fields(body.ToArray().AsMemory(5), 1))
        {
            var service = Fields(resource, 1).SelectMany(it => Fields(it, 1)).Where(attribute => Text(attribute, 1) == "service.name")
                .SelectMany(attribute => Fields(attribute, 2)).Select(value => Text(value, 1)).Single();
            foreach (var span in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
                Spans.Enqueue(new ReceivedSpan(service, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5)));
        }

        await AcceptAsync(http);
    }

    private static async Task AcceptAsync(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.Body.WriteAsync(new byte[5], http.RequestAborted);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static string Text(ReadOnlyMemory<byte> message, int number) => Encoding.UTF8.GetString(Fields(message, number).FirstOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int number) => Convert.ToHexStringLower(Fields(message, number).FirstOrDefault().Span);

    /// <summary>The fields of a number that have a length: messages, texts, bytes.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message.Span, ref at);
            var length = (tag & 7) switch { 1 => 8, 5 => 4, 2 => (int)Number(message.Span, ref at), _ => 0 };
            if ((tag & 7) == 0)
                Number(message.Span, ref at);
            else if ((tag & 7) == 2 && tag >> 3 == (ulong)number)
                found.Add(message.Slice(at, length));
            at += length;
        }

        return found;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
