using Microsoft.Extensions.Logging;

namespace Webrana.Tripay;

public sealed partial class TripayClient
{
    // Paths carry no query and bodies are never logged: both hold customers' data.
    static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Tripay {Method} {Path} answered {HttpStatus} in {ElapsedMs} ms.")]
        public static partial void Answered(ILogger logger, HttpMethod method, string path, int httpStatus, long elapsedMs);

        [LoggerMessage(2, LogLevel.Warning, "Tripay refused {Method} {Path} with {HttpStatus}: {Message}")]
        public static partial void Refused(ILogger logger, HttpMethod method, string path, int httpStatus, string message);

        [LoggerMessage(3, LogLevel.Warning, "The outcome of Tripay {Method} {Path} is unknown after {ElapsedMs} ms: {Reason}.")]
        public static partial void Unknown(ILogger logger, Exception? exception, HttpMethod method, string path, long elapsedMs, string reason);
    }
}
