using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>Takes balance that was transferred to the customer out of the wallet.</summary>
    public Task<ApiResult<MoneyRequest>> PayOutAsync(string userId, CreatePayoutRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<MoneyRequest>(ApiRequest.Post(WalletOf(userId) + "/payouts", request, key), cancellationToken);

    /// <summary>Money moved by hand, newest first.</summary>
    /// <param name="status">Only of this one.</param>
    /// <param name="limit">At most 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<MoneyRequest>>> MoneyRequestsAsync(
        MoneyRequestStatus? status = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<MoneyRequest>>(Query.With("internal/money-requests", ("status", WireName.Of(status)), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>A second person's decision.</summary>
    public Task<ApiResult<MoneyRequest>> DecideMoneyAsync(string id, bool approve, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<MoneyRequest>(ApiRequest.Post($"internal/money-requests/{Query.Segment(id)}/{(approve ? "approve" : "refuse")}", request, key), cancellationToken);

    /// <summary>Payments that a person should look at.</summary>
    /// <param name="resolved">Those that were ended.</param>
    /// <param name="limit">At most 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<PaymentCase>>> PaymentCasesAsync(
        bool resolved = false, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<PaymentCase>>(Query.With("internal/payment-cases", ("resolved", resolved ? "true" : null), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Ends a case.</summary>
    public Task<ApiResult<PaymentCase>> ResolvePaymentAsync(string id, ResolvePaymentCaseRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<PaymentCase>(ApiRequest.Post($"internal/payment-cases/{Query.Segment(id)}/resolve", request, key), cancellationToken);

    /// <summary>One day of the gateway against the ledger.</summary>
    /// <param name="day"><c>2026-11-29</c>; null for yesterday.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Settlement>> SettlementAsync(string? day = null, CancellationToken cancellationToken = default) =>
        _session.Get<Settlement>(Query.With("internal/settlement", ("day", day)), cancellationToken);

    /// <summary>Finds customers, servers and deposits by what people quote.</summary>
    public Task<ApiResult<Page<FoundItem>>> SearchAsync(string words, CancellationToken cancellationToken = default) =>
        _session.Get<Page<FoundItem>>(Query.With("internal/search", ("q", words)), cancellationToken);

    /// <summary>Everything that happened to a customer.</summary>
    public Task<ApiResult<Page<TimelineEntry>>> CustomerTimelineAsync(string userId, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<TimelineEntry>>(Query.With($"internal/users/{Query.Segment(userId)}/timeline", ("cursor", cursor)), cancellationToken);

    /// <summary>Everything that happened to a server.</summary>
    public Task<ApiResult<Page<TimelineEntry>>> ServerTimelineAsync(string instanceId, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<TimelineEntry>>(Query.With($"internal/instances/{Query.Segment(instanceId)}/timeline", ("cursor", cursor)), cancellationToken);

    /// <summary>One server.</summary>
    public Task<ApiResult<AdminInstance>> InstanceAsync(string id, CancellationToken cancellationToken = default) =>
        _session.Get<AdminInstance>("internal/instances/" + Query.Segment(id), cancellationToken);

    /// <summary>Ends every open console of a server.</summary>
    public Task<ApiResult<Nothing>> EndConsolesAsync(string instanceId, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Delete($"internal/instances/{Query.Segment(instanceId)}/consoles", request, key), cancellationToken);
}
