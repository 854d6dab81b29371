using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;
using Orleans.Runtime;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Wire;

namespace Webrana.Api.Tests.Problems;

/// <summary>What escapes an endpoint: infrastructure is 503 and worth another try, the rest is a bug and says so in the log.</summary>
public sealed class ExceptionTests
{
    public static TheoryData<Exception, int, string> Exceptions => new()
    {
        { new TimeoutException("No answer within 30 s."), 503, ProblemCodes.TemporarilyUnavailable },
        { new SiloUnavailableException("The silo is gone."), 503, ProblemCodes.TemporarilyUnavailable },
        { new GatewayTooBusyException(), 503, ProblemCodes.TemporarilyUnavailable },
        { new InfrastructureException("PostgreSQL is away.", outcomeKnown: false), 503, ProblemCodes.TemporarilyUnavailable },
        { new NpgsqlException("broken", new IOException()), 503, ProblemCodes.TemporarilyUnavailable },
        { new InvalidOperationException("EF", new NpgsqlException("broken", new IOException())), 503, ProblemCodes.TemporarilyUnavailable },
        { new InvalidOperationException("A bug."), 500, ProblemCodes.InternalError },
        { new BadHttpRequestException("large", 413), 413, ProblemCodes.BodyTooLarge },
        { new BadHttpRequestException("form", 415), 415, ProblemCodes.UnsupportedMediaType },
        { new BadHttpRequestException("json", 400, new JsonException("bad")), 400, ProblemCodes.MalformedBody },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task It_leaves_as_a_problem_that_tells_nothing_of_the_inside(Exception exception, int status, string code)
    {
        var log = new FakeLogger<ProblemExceptionHandler>();
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        Assert.True(await new ProblemExceptionHandler(log).TryHandleAsync(http, exception, default));
        http.Response.Body.Position = 0;
        var problem = (await JsonSerializer.DeserializeAsync<ProblemBody>(http.Response.Body, WireJson.Options))!;
        Assert.Equal((status, status, code), (http.Response.StatusCode, problem.Status, problem.Code));
        Assert.DoesNotContain(exception.Message, problem.Detail!, StringComparison.Ordinal);
        Assert.Equal(status == 503, http.Response.Headers.RetryAfter.Count == 1);
        Assert.Equal(status switch { 500 => LogLevel.Error, 503 => LogLevel.Warning, _ => null }, log.Collector.Count == 0 ? null : (LogLevel?)log.LatestRecord.Level);
    }

    [Fact]
    public async Task A_caller_who_hung_up_is_no_error()
    {
        var log = new FakeLogger<ProblemExceptionHandler>();
        var http = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        Assert.True(await new ProblemExceptionHandler(log).TryHandleAsync(http, new OperationCanceledException(), default));
        Assert.Equal(499, http.Response.StatusCode);
        Assert.Equal(0, log.Collector.Count);
    }
}
