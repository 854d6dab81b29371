using System.Diagnostics;
using Webrana.Client;

namespace Webrana.Chaos.Driver;

/// <summary>
/// How a patient client behaves: one intention, one key, repeated until the answer is definite. That is what the key is for.
/// </summary>
public sealed class Insistence(ClientLog log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>How long the slowest definite answer since the last <see cref="Reset"/> took.</summary>
    public TimeSpan Slowest { get; private set; }

    public void Reset() => Slowest = TimeSpan.Zero;

    /// <param name="made">The id in the answer.</param>
    public async Task<T?> AsyncOf<T>(Intent intent, Func<IdempotencyKey, Task<ApiResult<T>>> call, Func<T, string?> made, CancellationToken cancellation)
        where T : class
    {
        log.Means(intent);
        var key = IdempotencyKey.New();
        var watch = Stopwatch.StartNew();
        T? value = null;
        while (true)
        {
            intent.Tries++;
            var answer = await call(key);
            if (answer.IsOk)
            {
                value = answer.Value;
                (intent.Told, intent.Made) = (Told.Done, made(value));
                break;
            }

            intent.Code = answer.Failure.Code;
            if (!IsRepeatable(answer.Failure))
            {
                intent.Told = Told.Refused;
                break;
            }

            log.TryFailed(answer.Failure.Code);
            if (watch.Elapsed > Patience || cancellation.IsCancellationRequested)
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(150, 400)), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (watch.Elapsed > Slowest)
            Slowest = watch.Elapsed;
        log.IsTold(intent);
        return value;
    }

    /// <summary>Not an answer yet: the same key may be asked again.</summary>
    public static bool IsRepeatable(ApiFailure failure) =>
        failure.OutcomeUnknown || failure.Status is >= 500 or 429 || failure.Code is "idempotency_in_progress" || failure.IsSignedOut;
}
