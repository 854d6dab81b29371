namespace Webrana.Sandbox.Control.Clock;

static class ClockEndpoints
{
    internal static void MapClock(this WebApplication app)
    {
        app.MapGet("/clock", async (BusinessClock clock, TimeProvider time, CancellationToken cancellation) =>
            // Before the migration there is no clock, and business time is real time.
            new { now = await clock.ReadAsync(cancellation) is { } read ? read.Now : time.GetUtcNow() });

        app.MapGet("/clock/renewals", (BusinessClock clock, CancellationToken cancellation) => clock.RenewalsAsync(cancellation));

        app.MapPost("/clock", async (ClockRequest request, BusinessClock clock, CancellationToken cancellation) =>
        {
            try
            {
                var answer = await clock.MoveAsync(request, cancellation);
                return Results.Json(answer, statusCode: answer.Settled ? 200 : 202);
            }
            catch (ClockRefusedException e)
            {
                return Results.Problem(e.Message, statusCode: e.Status, extensions: new Dictionary<string, object?> { ["code"] = e.Code });
            }
        });
    }
}
