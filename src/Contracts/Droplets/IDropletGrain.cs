using Orleans.Concurrency;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// One server of one customer, from order to termination: the money held and captured for it, the droplet at the provider, its actions
/// and its subscription. One order is at most one droplet, whatever is clicked, timed out or retried. Every command is answered once the
/// intent is stored; the work goes on behind it. Key <c>droplet:{instanceId}</c>.
/// </summary>
[Alias("droplet")]
public interface IDropletGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>Takes the order: prices it, claims the name, holds the money, stores the intent. Called again it answers the first outcome.</summary>
    [ResponseTimeout(AnswerWithin.Long), Alias("order")]
    Task<Result<OrderReceipt, OrderError>> Order(PlaceOrder command);

    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get")]
    Task<Result<DropletView, DropletError>> Get();

    /// <summary>An order that failed, as it was placed: to be placed again elsewhere. <see cref="DropletError.InvalidState"/> when it did not fail.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("failed")]
    Task<Result<FailedOrder, DropletError>> Failed();

    /// <summary>
    /// Takes an order back of which the provider certainly knows nothing: its money is released and its owner told. Decided in one write against
    /// the create being sent, so either of the two happens. Safe to repeat.
    /// </summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("cancel")]
    Task<Result<DropletView, CancelError>> Cancel();

    /// <summary>What is paid and what is due; null while there is no running subscription. Asked while the server itself waits for a forecast.</summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("subscription")]
    Task<SubscriptionView?> Subscription();

    /// <summary>Starts one action; refused while another runs. The same operation id is answered with the first receipt.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("act")]
    Task<Result<ActionReceipt, ActionError>> Act(StartAction command);

    /// <summary>Changes what the owner may change at any time.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("change")]
    Task<Result<DropletView, DropletError>> Change(ChangeDroplet command);

    /// <summary>Starts termination after the typed name was checked; charges stop now, the provider's 404 ends it.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("delete")]
    Task<Result<ActionReceipt, DeleteError>> Delete(DeleteDroplet command);

    /// <summary>What a deletion now would give back. Changes nothing.</summary>
    [AlwaysInterleave, ResponseTimeout(AnswerWithin.Short), Alias("quote-deletion")]
    Task<Result<DeletionQuote, DropletError>> QuoteDeletion();

    /// <summary>One action by id, as the activity log shows it.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("action")]
    Task<Result<ActivityEntry, DropletError>> Action(string actionId);

    /// <summary>Told by the storm's lane: the record was written past this activation. A hint; a lost one costs a look at what was, never truth.</summary>
    [OneWay, Alias("reread")]
    Task Reread();

    /// <summary>Told by the provider account grain: this action ended. A hint with a fact; told twice or late it changes nothing again.</summary>
    [Alias("provider-action-ended")]
    Task ProviderActionEnded(long providerActionId, bool succeeded);

    /// <summary>Told by the provider account grain: the droplet being created looks like this now. A hint with facts, as above.</summary>
    [Alias("provider-droplet-seen")]
    Task ProviderDropletSeen(ProviderSighting sighting);

    /// <summary>Told by a sweep over the provider's droplets: looks for itself, and acts only on what it sees.</summary>
    [Alias("reconcile")]
    Task<ReconcileOutcome> Reconcile(ReconcileHint hint);

    /// <summary>Money arrived in the owner's wallet: whatever waits for it may be tried again now.</summary>
    [Alias("money-arrived")]
    Task MoneyArrived();
}

/// <summary>A server order.</summary>
/// <param name="Name">Host name: letters, digits, dots and dashes; unique among the customer's living servers.</param>
/// <param name="Actor">Who ordered: <c>user:{id}</c>.</param>
[GenerateSerializer, Immutable, Alias("place-order")]
public sealed record PlaceOrder(
    [property: Id(0)] UserId Owner,
    [property: Id(1)] string PlanId,
    [property: Id(2)] string Region,
    [property: Id(3)] string Image,
    [property: Id(4)] string Name,
    [property: Id(5)] BillingPeriod BillingPeriod,
    [property: Id(6)] bool AutoRenew,
    [property: Id(7)] IReadOnlyList<string> SshKeyIds,
    [property: Id(8)] string? UserData,
    [property: Id(9)] string Actor);

/// <param name="Order">Without its user data, which is not kept.</param>
/// <param name="HadUserData">It came with some.</param>
[GenerateSerializer, Immutable, Alias("failed-order")]
public sealed record FailedOrder([property: Id(0)] PlaceOrder Order, [property: Id(1)] bool HadUserData);

/// <param name="PriceIdr">What the first period costs and what is now held.</param>
[GenerateSerializer, Immutable, Alias("order-receipt")]
public sealed record OrderReceipt([property: Id(0)] InstanceId Instance, [property: Id(1)] long PriceIdr);

/// <summary>Why an order was refused; nothing was held.</summary>
[GenerateSerializer, Alias("order-error")]
public enum OrderError
{
    /// <summary>The instance id was used for another order.</summary>
    OperationConflict,
    PlanUnavailable,

    /// <summary>The plan is not sold by this period.</summary>
    PeriodNotAllowed,
    RegionUnavailable,
    ImageUnavailable,

    /// <summary>Not a host name.</summary>
    InvalidName,

    /// <summary>The customer has a living server of this name.</summary>
    NameTaken,
    InsufficientBalance,

    /// <summary>No provider account has room for another server.</summary>
    NoCapacity,

    /// <summary>As many servers of this plan were sold as there may be.</summary>
    SoldOut,

    /// <summary>Money of a refunded deposit was spent and is not paid back yet.</summary>
    OutstandingDebt,

    /// <summary>An admin has stopped the sale of servers.</summary>
    SalesStopped,

    /// <summary>An admin has shut this customer out.</summary>
    AccountFrozen,

    /// <summary>A key id that is not in the customer's library.</summary>
    SshKeyUnknown,

    /// <summary>The provider or the ledger could not be asked; nothing was changed. Try again.</summary>
    TemporarilyUnavailable,

    /// <summary>More than this customer may have; the detail says which limit, what is allowed and what it would come to.</summary>
    LimitReached,
}

/// <summary>Why an order was not cancelled; it goes on as it was.</summary>
[GenerateSerializer, Alias("cancel-error")]
public enum CancelError
{
    NotFound,

    /// <summary>Its create may have reached the provider: it becomes a server, or fails by itself.</summary>
    AlreadySent,

    /// <summary>It is no order in the making any more: a server, one on its way back from its image, or an order that ended otherwise.</summary>
    InvalidState,
}

/// <summary>How long one charge lasts.</summary>
[GenerateSerializer, Alias("billing-period")]
public enum BillingPeriod
{
    Daily,
    Monthly,
    Yearly,
}

/// <summary>What the customer sees of the server's state.</summary>
[GenerateSerializer, Alias("droplet-status")]
public enum DropletStatus
{
    Provisioning,
    Running,
    Off,
    Rebuilding,
    Suspended,
    Hibernated,
    Terminating,
    Terminated,
    Failed,
    Lost,
}

/// <summary>Where the order stands.</summary>
[GenerateSerializer, Alias("order-status")]
public enum OrderStatus
{
    Held,
    Provisioning,
    Active,
    Failed,
    Cancelled,
}

/// <summary>A server and its order as the owner may see them.</summary>
/// <param name="PriceIdr">Rupiah per billing period, as agreed at the order or the last price date.</param>
/// <param name="NextRenewalAt">When the next period is charged; null before the first capture and after termination.</param>
/// <param name="ProviderDropletId">The provider's id; for admins only.</param>
/// <param name="Protected">Its owner has locked it against deletion.</param>
/// <param name="HadUserData">Its order came with user data, which is not kept.</param>
/// <param name="Cancellable">The provider certainly knows nothing of its order, which can still be taken back.</param>
[GenerateSerializer, Immutable, Alias("droplet-view")]
public sealed record DropletView(
    [property: Id(0)] InstanceId Instance,
    [property: Id(1)] UserId Owner,
    [property: Id(2)] string Name,
    [property: Id(3)] DropletStatus Status,
    [property: Id(4)] OrderStatus OrderStatus,
    [property: Id(5)] string? FailureReason,
    [property: Id(6)] string? Ipv4,
    [property: Id(7)] string? Ipv6,
    [property: Id(8)] string Region,
    [property: Id(9)] string Image,
    [property: Id(10)] string PlanId,
    [property: Id(11)] int Vcpus,
    [property: Id(12)] int MemoryMb,
    [property: Id(13)] int DiskGb,
    [property: Id(14)] int TransferTb,
    [property: Id(15)] BillingPeriod BillingPeriod,
    [property: Id(16)] long PriceIdr,
    [property: Id(17)] DateTimeOffset? NextRenewalAt,
    [property: Id(18)] bool AutoRenew,
    [property: Id(19)] ActivityEntry? RunningAction,
    [property: Id(20)] IReadOnlyList<string> Tags,
    [property: Id(21)] DateTimeOffset CreatedAt,
    [property: Id(22)] string AccountId,
    [property: Id(23)] long? ProviderDropletId,
    [property: Id(24)] bool Protected = false,
    [property: Id(25)] RenewalPriority Priority = RenewalPriority.Normal,
    [property: Id(26)] SuspensionReason Reason = SuspensionReason.None,
    [property: Id(27)] bool HadUserData = false,
    [property: Id(28)] bool Cancellable = false);

/// <summary>Why a read or change was refused.</summary>
[GenerateSerializer, Alias("droplet-error")]
public enum DropletError
{
    NotFound,
    InvalidName,
    NameTaken,
    InvalidState,
    TemporarilyUnavailable,
}

/// <summary>What can be done to a running server. Values are the activity log's types.</summary>
[GenerateSerializer, Alias("action-kind")]
public enum ActionKind
{
    Create,
    PowerOn,
    PowerOff,
    Shutdown,
    Reboot,
    Rename,
    Snapshot,
    RestoreSnapshot,
    DeleteSnapshot,
    RestoreBackup,
    EnableBackups,
    DisableBackups,
    EnableIpv6,
    Renew,
    Delete,

    /// <summary>A console: begun when it was opened, completed when it was closed.</summary>
    Console,
    ResetPassword,
    Rebuild,
    Resize,

    /// <summary>Another wish about what reaches the server.</summary>
    Firewall,

    /// <summary>A hibernated server built again from its image.</summary>
    Restore,

    /// <summary>An admin suspended it, or took that back.</summary>
    Block,
    Unblock,

    /// <summary>Backups at other times.</summary>
    ChangeBackupPolicy,
}

/// <param name="OperationId">The caller's id of this intent; also the action's id.</param>
/// <param name="Actor">Who asks: <c>user:{id}</c>, <c>admin:{id}</c> or <c>system</c>.</param>
[GenerateSerializer, Immutable, Alias("start-action")]
public sealed record StartAction(
    [property: Id(0)] string OperationId,
    [property: Id(1)] ActionKind Kind,
    [property: Id(2)] string Actor);

/// <summary>The accepted action: where to look for its progress.</summary>
[GenerateSerializer, Immutable, Alias("action-receipt")]
public sealed record ActionReceipt([property: Id(0)] string ActionId);

/// <summary>Why an action was refused; nothing was sent.</summary>
[GenerateSerializer, Alias("action-error")]
public enum ActionError
{
    NotFound,

    /// <summary>Another action runs; the detail names it.</summary>
    ActionInProgress,

    /// <summary>The server's state does not allow it (power-on of a running server, anything while terminating).</summary>
    InvalidState,
    OperationConflict,
    TemporarilyUnavailable,
}

/// <param name="Name">New host name, or null to keep it.</param>
/// <param name="AutoRenew">New switch, or null to keep it.</param>
/// <param name="Protected">Locks it against deletion, or unlocks it; null to keep it.</param>
/// <param name="Tags">The customer's own words for it, or null to keep them.</param>
/// <param name="Priority">Its turn when money is short, or null to keep it.</param>
[GenerateSerializer, Immutable, Alias("change-droplet")]
public sealed record ChangeDroplet(
    [property: Id(0)] string? Name,
    [property: Id(1)] bool? AutoRenew,
    [property: Id(2)] string Actor,
    [property: Id(3)] bool? Protected = null,
    [property: Id(4)] IReadOnlyList<string>? Tags = null,
    [property: Id(5)] RenewalPriority? Priority = null);

/// <param name="ConfirmName">The server's name as typed by the person who deletes it.</param>
[GenerateSerializer, Immutable, Alias("delete-droplet")]
public sealed record DeleteDroplet(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string ConfirmName,
    [property: Id(2)] string Actor);

/// <summary>What comes back when a server is deleted now, in rupiah, and into which pocket; and what is charged with it.</summary>
/// <param name="RefundIdr">All of it.</param>
/// <param name="Days">Whole days that were paid for and are not used.</param>
/// <param name="ByPolicy">The period's policy gives unused days back at all.</param>
/// <param name="OrdinaryIdr">Of it as ordinary money.</param>
/// <param name="BonusIdr">Of it as bonus that can be spent again.</param>
/// <param name="LapsesIdr">Of it as bonus whose time is over: it comes back and lapses at once.</param>
/// <param name="Addons">Used since the last renewal and charged with the deletion; null for none.</param>
/// <param name="AddonsIdr">All of them.</param>
/// <param name="OwedIdr">What of them neither the refund nor the wallet pays: it becomes a debt.</param>
[GenerateSerializer, Immutable, Alias("deletion-quote")]
public sealed record DeletionQuote(
    [property: Id(0)] long RefundIdr,
    [property: Id(1)] int Days,
    [property: Id(2)] bool ByPolicy,
    [property: Id(3)] long OrdinaryIdr,
    [property: Id(4)] long BonusIdr,
    [property: Id(5)] long LapsesIdr,
    [property: Id(6)] IReadOnlyList<AddonLine>? Addons = null,
    [property: Id(7)] long AddonsIdr = 0,
    [property: Id(8)] long OwedIdr = 0);

/// <summary>Why a deletion was refused; the server is untouched.</summary>
[GenerateSerializer, Alias("delete-error")]
public enum DeleteError
{
    NotFound,

    /// <summary>The typed name is not the server's name.</summary>
    ConfirmationMismatch,

    /// <summary>Locked by its owner, who has to unlock it first.</summary>
    DeleteProtected,
    InvalidState,
    TemporarilyUnavailable,
}

/// <summary>How far an action is.</summary>
[GenerateSerializer, Alias("activity-status")]
public enum ActivityStatus
{
    InProgress,
    Completed,
    Errored,
}

/// <summary>Who did what to a server, when, and how it ended.</summary>
/// <param name="Message">Why it ended so: a stable code, with one value after a colon where it has one; null when there is nothing to say.</param>
/// <param name="Step">What is being done now, of an action that has several steps; <c>Waiting</c>: the provider cannot be given it now, or does not say how far a server is. Null for others and when it is over.</param>
/// <param name="WaitingSince">Since when it waits for the provider; null while it does not.</param>
[GenerateSerializer, Immutable, Alias("activity-entry")]
public sealed record ActivityEntry(
    [property: Id(0)] string ActionId,
    [property: Id(1)] ActionKind Kind,
    [property: Id(2)] ActivityStatus Status,
    [property: Id(3)] DateTimeOffset StartedAt,
    [property: Id(4)] DateTimeOffset? CompletedAt,
    [property: Id(5)] string Actor,
    [property: Id(6)] string? Message,
    [property: Id(7)] string? Step = null,
    [property: Id(8)] DateTimeOffset? WaitingSince = null);
