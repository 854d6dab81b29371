using System.Security.Claims;
using System.Text.Json;
using System.Threading.Channels;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts.Feeds;
using Webrana.Wire;
using Webrana.Wire.Events;

namespace Webrana.Api.Events;

/// <summary>
/// Live hints: <c>GET /api/v1/events</c>, server-sent events. Each says what to read again, never what it holds. <c>id:</c> is
/// <c>{epoch}:{sequence}</c>; a jump of the sequence, another epoch or <c>stream.opened</c> means: read everything again.
/// </summary>
public static class EventsApi
{
    // Orleans does not keep observers' messages in order; what happens together is sorted within this, so that readers see no false gaps.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // Streams outlive their ten-minute token by at most this: then the client opens a new one with a valid token.
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(30);

    public static RouteGroupBuilder MapEvents(this RouteGroupBuilder api)
    {
        api.MapGet("/events", Stream).WithTags("Events").ForCustomers(TokenAreas.Profile)
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Describe("Server-sent events of everything that is mine.", ProblemKinds.TooManyRequests);
        return api;
    }

    private static async Task<IResult> Stream(
        HttpContext http, IClusterClient cluster, StreamLimit limit, SessionStore sessions, IDeparture departure, TimeProvider clock)
    {
        var user = http.User.GetUserId();
        using var place = limit.TryEnter(user);
        if (place is null)
            return Refusal.Wait(ProblemKinds.TooManyRequests, TimeSpan.FromSeconds(10));
        await using var feed = await FeedSubscription.OpenAsync(cluster, user, clock);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, departure.Leaving);
        ended.CancelAfter(LongestStream);
        try
        {
            await WriteAllAsync(http.Response, feed, clock, () => StandsAsync(http.User, sessions, ended.Token), ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader left, we are shutting down, or the stream is old: its end is all there is to say.
        }

        return Results.Empty;
    }

    private static async Task WriteAllAsync(HttpResponse response, FeedSubscription feed, TimeProvider clock, Func<Task<bool>> stands, CancellationToken ended)
    {
        await WriteAsync(response, feed.Position, EventTypes.StreamOpened, "", clock, ended);
        while (true)
        {
            if (await feed.RenewWhenDueAsync() || feed.TakeOverflow())
                await WriteAsync(response, feed.Position, EventTypes.StreamOpened, "", clock, ended);
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(ended);
            quiet.CancelAfter(Heartbeat);
            try
            {
                await feed.Events.WaitToReadAsync(quiet.Token);
            }
            catch (OperationCanceledException) when (!ended.IsCancellationRequested)
            {
                await response.WriteAsync(": still here\n\n", ended);
                await response.Body.FlushAsync(ended);
                continue;
            }

            await Task.Delay(Settling, clock, ended);
            foreach (var noticed in Drain(feed.Events).OrderBy(noticed => noticed.Sequence))
            {
                await WriteAsync(response, new FeedPosition(noticed.Epoch, noticed.Sequence), TypeOf(noticed.Kind), noticed.SubjectId, clock, ended);
                // Said first, so that whoever shares this stream looks at their own login; then, if it was this one, nothing more is said.
                if (noticed.Kind == UserEventKind.SignedOut && !await stands())
                    return;
            }
        }
    }

    private static async Task<bool> StandsAsync(ClaimsPrincipal user, SessionStore sessions, CancellationToken cancellation) =>
        user.GetLogin() is not { } login || await sessions.StandsAsync(user.GetUserId(), login, asAdmin: false, cancellation);

    private static IEnumerable<UserEvent> Drain(ChannelReader<UserEvent> events)
    {
        while (events.TryRead(out var noticed))
            yield return noticed;
    }

    private static async Task WriteAsync(HttpResponse response, FeedPosition at, string type, string subject, TimeProvider clock, CancellationToken ended)
    {
        // An action's subject is its server, or "{server}/{action}": a page finds the server in instanceId either way.
        var (id, instance) = subject.Split('/') is [var server, var action] ? (action, server)
            : type == EventTypes.ActionChanged ? (subject, subject) : (subject, (string?)null);
        var data = JsonSerializer.Serialize(new EventNotice(id, instance, clock.GetUtcNow()), WireJson.Options);
        await response.WriteAsync($"id: {at.Epoch}:{at.Sequence}\nevent: {type}\ndata: {data}\n\n", ended);
        await response.Body.FlushAsync(ended);
    }

    private static string TypeOf(UserEventKind kind) => kind switch
    {
        UserEventKind.InstanceChanged => EventTypes.InstanceChanged,
        UserEventKind.ActionChanged => EventTypes.ActionChanged,
        UserEventKind.WalletChanged => EventTypes.WalletChanged,
        UserEventKind.DepositChanged => EventTypes.DepositChanged,
        UserEventKind.NotificationCreated => EventTypes.NotificationCreated,
        UserEventKind.SignedOut => EventTypes.SessionEnded,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An event without a name."),
    };
}
