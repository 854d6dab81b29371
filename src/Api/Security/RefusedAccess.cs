using System.Diagnostics.Metrics;
using Webrana.Contracts;

namespace Webrana.Api.Security;

/// <summary>Why a door stayed shut. Names are values of a metric's label: never rename.</summary>
public enum RefusedReason
{
    /// <summary>The desk was asked for without a valid token.</summary>
    Unauthenticated,

    /// <summary>The desk was asked for by somebody whose roles do not open that route, or no longer.</summary>
    Role,

    /// <summary>An API token asked for what its scopes do not hold.</summary>
    Scope,

    /// <summary>Too many tries to sign in.</summary>
    LockedOut,

    /// <summary>The password was right and the code was not.</summary>
    SecondFactor,
}

/// <summary>
/// What somebody tried and may not do: counted without end, logged as a warning at most sixty times a minute, because whoever tries decides how often.
/// Ids and route patterns alone: no e-mail address, no network address, nothing that was typed.
/// </summary>
public sealed partial class RefusedAccess
{
    public const string MeterName = "Webrana.Api.Security";
    public const string CounterName = "webrana.access.refused";
    private const int LogsPerMinute = 60;

    private readonly Counter<long> _refused;
    private readonly TimeProvider _clock;
    private readonly ILogger<RefusedAccess> _log;
    private readonly Lock _gate = new();
    private DateTimeOffset _minuteEnds;
    private int _left;

    public RefusedAccess(IMeterFactory meters, TimeProvider clock, ILogger<RefusedAccess> log)
    {
        (_clock, _log) = (clock, log);
        _refused = meters.Create(MeterName).CreateCounter<long>(CounterName, description: "Requests and sign-ins that were refused, by reason.");
    }

    /// <summary>One refusal.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="user">Who, where that is known.</param>
    /// <param name="http">The request, where it was for a route; null for a sign-in.</param>
    public void Note(RefusedReason reason, UserId? user = null, HttpContext? http = null)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        if (MayLog())
            LogRefused(_log, reason, user?.ToString() ?? "–", (http?.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "sign-in");
    }

    private bool MayLog()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            if (now >= _minuteEnds)
                (_minuteEnds, _left) = (now + TimeSpan.FromMinutes(1), LogsPerMinute);
            return _left-- > 0;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Access refused: {Reason}, user {User}, route {Route}. More of them are only counted for a while")]
    private static partial void LogRefused(ILogger logger, RefusedReason reason, string user, string route);
}
