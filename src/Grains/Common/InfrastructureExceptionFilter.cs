using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Data.Faults;

namespace Webrana.Grains.Common;

/// <summary>
/// The last door of a silo: an exception of a driver or a socket becomes <see cref="InfrastructureException"/>, whose type every client
/// knows. Its text stays in our log, because it may name hosts and statements.
/// </summary>
public sealed partial class InfrastructureExceptionFilter(ILogger<InfrastructureExceptionFilter> log) : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception e) when (e is DbException or HttpRequestException or IOException or SocketException or FailPointException)
        {
            LogFailed(log, context.InterfaceName, context.MethodName, e);
            throw new InfrastructureException($"{e.GetType().Name} under {context.MethodName}.", outcomeKnown: false);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Interface}.{Method} met an infrastructure failure")]
    private static partial void LogFailed(ILogger logger, string @interface, string method, Exception exception);
}
