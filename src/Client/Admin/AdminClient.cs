using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Wallets;

namespace Webrana.Client;

/// <summary>The calls under <c>/internal</c>, for admins.</summary>
public sealed partial class AdminClient
{
    readonly WebranaSession _session;

    internal AdminClient(WebranaSession session) => _session = session;

    /// <summary>Customers, newest first.</summary>
    /// <param name="search">Part of an e-mail or a name.</param>
    /// <param name="limit">At most 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<AdminUser>>> UsersAsync(
        string? search = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<AdminUser>>(Query.With("internal/users", ("search", search), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One customer.</summary>
    public Task<ApiResult<AdminUser>> UserAsync(string id, CancellationToken cancellationToken = default) =>
        _session.Get<AdminUser>("internal/users/" + Query.Segment(id), cancellationToken);

    /// <summary>Wallets, latest change first.</summary>
    public Task<ApiResult<Page<AdminWallet>>> WalletsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<AdminWallet>>(Query.With("internal/wallets", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>A customer's wallet.</summary>
    public Task<ApiResult<Wallet>> WalletAsync(string userId, CancellationToken cancellationToken = default) =>
        _session.Get<Wallet>(WalletOf(userId), cancellationToken);

    /// <summary>A customer's wallet lines, newest first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="limit">At most so many; null for the API's own number.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="upTo">The number of the line to begin with; null for the newest.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<Transaction>>> TransactionsAsync(
        string userId, int? limit = null, string? cursor = null, long? upTo = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<Transaction>>(Query.With(WalletOf(userId) + "/transactions", ("limit", limit), ("cursor", cursor), ("upTo", upTo)), cancellationToken);

    /// <summary>Books a correction, or asks a second person for it.</summary>
    public Task<ApiResult<AdjustmentAnswer>> AdjustAsync(
        string userId, CreateAdjustmentRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdjustmentAnswer>(ApiRequest.Post(WalletOf(userId) + "/adjustments", request, key), cancellationToken);

    /// <summary>Top-ups of everyone, or of one customer, newest first.</summary>
    public Task<ApiResult<Page<Deposit>>> DepositsAsync(
        string? userId = null, DepositStatus? status = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<Deposit>>(
            Query.With("internal/deposits", ("userId", userId), ("status", WireName.Of(status)), ("limit", limit), ("cursor", cursor)),
            cancellationToken);

    /// <summary>Servers of everyone, or of one customer, newest first.</summary>
    public Task<ApiResult<Page<AdminInstance>>> InstancesAsync(
        string? userId = null, InstanceStatus? status = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<AdminInstance>>(
            Query.With("internal/instances", ("userId", userId), ("status", WireName.Of(status)), ("limit", limit), ("cursor", cursor)),
            cancellationToken);

    /// <summary>Sums of everything ever booked.</summary>
    public Task<ApiResult<TrialBalance>> TrialBalanceAsync(CancellationToken cancellationToken = default) =>
        _session.Get<TrialBalance>("internal/ledger/trial-balance", cancellationToken);

    /// <summary>All plans, inactive ones too.</summary>
    public Task<ApiResult<Page<AdminPlan>>> PlansAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<AdminPlan>>("internal/plans", cancellationToken);

    /// <summary>Makes a plan.</summary>
    public Task<ApiResult<AdminPlan>> CreatePlanAsync(CreatePlanRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminPlan>(ApiRequest.Post("internal/plans", request, key), cancellationToken);

    /// <summary>Changes a plan; null fields stay.</summary>
    public Task<ApiResult<AdminPlan>> UpdatePlanAsync(
        string id, UpdatePlanRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminPlan>(ApiRequest.Patch("internal/plans/" + Query.Segment(id), request, key), cancellationToken);

    /// <summary>Changes a plan's prices and periods; null fields stay. Servers already bought keep theirs.</summary>
    public Task<ApiResult<AdminPlan>> UpdatePricingAsync(
        string id, PlanPricing request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminPlan>(ApiRequest.Patch($"internal/plans/{Query.Segment(id)}/pricing", request, key), cancellationToken);

    static string WalletOf(string userId) => "internal/wallets/" + Query.Segment(userId);
}
