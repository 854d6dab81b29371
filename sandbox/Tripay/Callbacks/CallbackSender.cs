using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Callbacks;

/// <summary>
/// Sends callbacks: compact JSON, signed over its bytes, judged by the answer's body, no redirects, repeated on the business clock.
/// </summary>
sealed class CallbackSender(TripaySimulatorOptions options, SimulatorClock clock, SettingsBox settings, Pulse pulse) : IDisposable
{
    const int KeptAttempts = 2_000;
    const int KeptAnswerLength = 500;

    // A callback that waits to arrive after the next one gives up waiting.
    static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly List<CallbackDelivery> _pending = [];
    readonly List<CallbackAttempt> _attempts = [];
    readonly HashSet<Task> _inFlight = [];
    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    TaskCompletionSource _attempted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _lastDelivery;
    long _lastAttempt;

    /// <summary>Enqueues the callback of a status change, as the settings want it.</summary>
    public void Enqueue(SimulatedTransaction transaction)
    {
        var current = settings.Current;
        if (!current.Callbacks || (transaction.CallbackUrl ?? options.CallbackUrl) is not { } url) return;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var held = _pending.Where(delivery => delivery.IsHeld).ToList();
            var isHeld = current.Reorder && held.Count == 0;
            var body = PhpJson.Write(CallbackJson.Of(transaction), current.PhpEscapes);
            CallbackDelivery? first = null;
            for (var copy = 0; copy <= current.Duplicates; copy++)
            {
                var delivery = Add(url, body, transaction.Reference, transaction.MerchantRef, transaction.Status);
                delivery.DueAt = now.AddMilliseconds(current.DelayMs) + (isHeld ? LongestHold : TimeSpan.Zero);
                delivery.IsHeld = isHeld;
                first ??= delivery;
            }
            if (!isHeld)
            {
                foreach (var delivery in held)
                {
                    delivery.IsHeld = false;
                    delivery.After = first!.Id;
                    delivery.DueAt = first.DueAt;
                }
            }
        }
        pulse.Set();
    }

    /// <summary>Enqueues a body of the tester's choice, whatever the settings say about callbacks.</summary>
    public void EnqueueTest(string url, JsonObject body)
    {
        lock (_gate)
        {
            var text = PhpJson.Write(body, settings.Current.PhpEscapes);
            Add(url, text, (string?)body["reference"], (string?)body["merchant_ref"], (string?)body["status"] ?? "").DueAt = clock.GetUtcNow();
        }
        pulse.Set();
    }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset? NextDue()
    {
        lock (_gate)
        {
            var waiting = _pending.Where(IsReady).ToList();
            return waiting.Count == 0 ? null : waiting.Min(delivery => delivery.DueAt);
        }
    }

    /// <summary>Starts every attempt that is due.</summary>
    public void StartDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var delivery in _pending.Where(delivery => IsReady(delivery) && delivery.DueAt <= now))
            {
                delivery.IsInFlight = true;
                delivery.IsHeld = false;
                var attempt = Task.Run(() => AttemptAsync(delivery));
                _inFlight.Add(attempt);
                _ = attempt.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }

        void Forget(Task attempt)
        {
            lock (_gate) _inFlight.Remove(attempt);
        }
    }

    /// <summary>Waits until every attempt under way has ended.</summary>
    public Task SettleAsync()
    {
        lock (_gate) return Task.WhenAll(_inFlight);
    }

    /// <summary>All kept attempts, oldest first.</summary>
    public IReadOnlyList<CallbackAttempt> Attempts()
    {
        lock (_gate) return [.. _attempts];
    }

    /// <summary>Ends when the log satisfies a condition.</summary>
    public async Task<IReadOnlyList<CallbackAttempt>> WaitAsync(Func<IReadOnlyList<CallbackAttempt>, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            IReadOnlyList<CallbackAttempt> attempts;
            lock (_gate)
            {
                next = _attempted.Task;
                attempts = [.. _attempts];
            }
            if (condition(attempts)) return attempts;
            await next.WaitAsync(cancellationToken);
        }
    }

    public (IReadOnlyList<CallbackDelivery> Pending, IReadOnlyList<CallbackAttempt> Attempts) Snapshot()
    {
        lock (_gate) return ([.. _pending], [.. _attempts.TakeLast(200)]);
    }

    public void Restore(IEnumerable<CallbackDelivery> pending, IEnumerable<CallbackAttempt> attempts)
    {
        lock (_gate)
        {
            _pending.AddRange(pending);
            _attempts.AddRange(attempts);
            _lastDelivery = Math.Max(_pending.Select(delivery => delivery.Id).DefaultIfEmpty().Max(), _attempts.Select(attempt => attempt.DeliveryId).DefaultIfEmpty().Max());
            _lastAttempt = _attempts.Select(attempt => attempt.Id).DefaultIfEmpty().Max();
        }
    }

    public void Dispose() => _http.Dispose();

    CallbackDelivery Add(string url, string body, string? reference, string? merchantRef, string status)
    {
        var delivery = new CallbackDelivery { Id = ++_lastDelivery, Url = url, Body = body, Reference = reference, MerchantRef = merchantRef, Status = status };
        _pending.Add(delivery);
        return delivery;
    }

    bool IsReady(CallbackDelivery delivery) =>
        !delivery.IsInFlight && (delivery.After is not { } after || !_pending.Any(other => other.Id == after && other.Attempts == 0));

    async Task AttemptAsync(CallbackDelivery delivery)
    {
        var current = settings.Current;
        var startedAt = clock.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        var signature = CallbackJson.Sign(delivery.Body, current.BadSignature ? options.PrivateKey + "-wrong" : options.PrivateKey);
        var (httpStatus, answer, error) = await PostAsync(delivery, signature, current.CallbackTimeoutMs);
        var succeeded = error is null && SaysSuccess(answer);
        TaskCompletionSource attempted;
        lock (_gate)
        {
            delivery.Attempts++;
            delivery.IsInFlight = false;
            delivery.DueAt = clock.GetUtcNow().AddSeconds(current.RetrySeconds);
            if (succeeded || delivery.Attempts > current.MaxRetries) _pending.Remove(delivery);
            _attempts.Add(new CallbackAttempt(
                ++_lastAttempt, delivery.Id, delivery.Reference, delivery.MerchantRef, delivery.Status, delivery.Attempts, startedAt, delivery.Url, httpStatus,
                answer?[..Math.Min(answer.Length, KeptAnswerLength)], succeeded, error, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, signature,
                delivery.Body));
            if (_attempts.Count > KeptAttempts) _attempts.RemoveAt(0);
            attempted = _attempted;
            _attempted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        attempted.SetResult();
        pulse.Set();
    }

    async Task<(int? HttpStatus, string? Answer, string? Error)> PostAsync(CallbackDelivery delivery, string signature, int timeoutMs)
    {
        // The sandbox never calls out of this machine.
        if (!Uri.TryCreate(delivery.Url, UriKind.Absolute, out var url) || !url.IsLoopback) return (null, null, "The callback address is not on loopback.");
        using var timeout = new CancellationTokenSource(timeoutMs);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Callback-Signature", signature);
        request.Headers.Add("X-Callback-Event", "payment_status");
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(timeout.Token), null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return (null, null, exception is OperationCanceledException ? "No answer in time." : exception.Message);
        }
    }

    static bool SaysSuccess(string? answer)
    {
        try
        {
            return answer is not null && JsonNode.Parse(answer) is JsonObject fields && fields["success"] is JsonValue value
                && value.GetValueKind() == JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
