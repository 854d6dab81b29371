using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Data.Faults;
using Webrana.Data.Idempotency;
using Webrana.Wire;

namespace Webrana.Api.Idempotency;

/// <summary>
/// <c>Idempotency-Key</c> on every write: the first answer below 500 is kept for 24 h and given to every repetition of the same body.
/// If the process dies after the work and before the answer is kept, the lease lapses and the repetition executes again, under the same
/// operation id, into the same grain: it is answered with what happened then.
/// </summary>
public sealed class IdempotencyFilter(
    IdempotencyStore store, AnswerSeal seal, FailPoints failPoints, TimeProvider clock, IDataProtectionProvider protection) : IEndpointFilter
{
    /// <summary>How long one execution may take before a repetition may execute again.</summary>
    public static readonly TimeSpan Lease = IdempotencyStore.Lease;

    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = IdempotencyStore.Kept;

    private const int MaximumKeyLength = 255;
    private const int AnonymousHashIterations = 100_000;

    // '!' to '~': no space, hence no line break, which parts route and key.
    private static readonly SearchValues<char> KeyLetters =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(letter => (char)letter)]);

    // Answers that the version before sealed, one by one.
    private readonly IDataProtector _oldSeal = protection.CreateProtector("webrana.idempotency.answers");

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(WireHeaders.IdempotencyKey, out var given))
            return await next(context);
        if (given is not [{ Length: > 0 and <= MaximumKeyLength } key] || key.AsSpan().ContainsAnyExcept(KeyLetters))
            return Refusal.Of(ProblemKinds.InvalidIdempotencyKey);

        var user = http.User.TryGetUserId(out var id) ? id.Value : Guid.Empty;
        var scope = new IdempotencyScope(user, $"{http.Request.Method} {http.Request.Path.Value?.ToLowerInvariant()}", key);
        var claim = await store.BeginAsync(scope, await HashAsync(http, scope), clock.GetUtcNow());
        return claim switch
        {
            IdempotencyClaim.Granted granted => await ExecuteAsync(context, next, scope, granted),
            IdempotencyClaim.Answered answered => await KeptAnswer.ReadAsync(answered, scope, seal, _oldSeal),
            IdempotencyClaim.Running => Refusal.Wait(ProblemKinds.IdempotencyInProgress, TimeSpan.FromSeconds(1)),
            _ => Refusal.Of(ProblemKinds.IdempotencyKeyReused),
        };
    }

    private async Task<object?> ExecuteAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, IdempotencyScope scope, IdempotencyClaim.Granted granted)
    {
        var http = context.HttpContext;
        Operation.Set(http, scope, granted.FirstSeen);
        KeptAnswer answer;
        try
        {
            await failPoints.Hit("api.key_claimed", scope.Key);
            answer = await KeptAnswer.CaptureAsync(http, await next(context));
        }
        catch
        {
            await store.ReleaseAsync(scope, granted.Lease, clock.GetUtcNow());
            throw;
        }

        // What may end otherwise next time is not an answer to keep. A caller who hung up still had it executed: it is kept for him too.
        if (answer.Status is >= 500 or StatusCodes.Status429TooManyRequests)
        {
            await store.ReleaseAsync(scope, granted.Lease, clock.GetUtcNow());
            return answer;
        }

        await failPoints.Hit("api.work_done", scope.Key);
        var row = answer.Write();
        await seal.SealAsync(scope, answer.Status, row);
        await store.StoreAsync(scope, granted.Lease, answer.Status, row);
        await failPoints.Hit("api.answer_kept", scope.Key);
        return answer;
    }

    /// <summary>
    /// What "the same body" means: query and bytes. Anonymous bodies may hold a password, whose plain hash could be guessed offline from
    /// a stolen table: those are stretched as Identity stretches passwords.
    /// </summary>
    private static ValueTask<Guid> HashAsync(HttpContext http, IdempotencyScope scope) => RememberedBody.Of(http).HashAsync(
        http.Request.QueryString.Value,
        scope.User == Guid.Empty ? Encoding.UTF8.GetBytes(scope.Route + scope.Key) : null,
        AnonymousHashIterations,
        http.RequestAborted);
}
