namespace Webrana.Wire.Droplets;

/// <summary>
/// <c>POST /api/v1/instances/{id}/resize</c> → 202 <see cref="ActionAccepted"/>. The server is shut down, changed and switched on again; the action's
/// <c>step</c> says how far it is. The price difference of the time already paid for is held at once, and charged or given back when the change is made;
/// if it cannot be made, nothing is charged. Refused, with nothing changed: 409 <c>action_in_progress</c>, <c>invalid_state</c>, <c>insufficient_balance</c>,
/// <c>outstanding_debt</c>, <c>price_changed</c>, <c>sold_out</c>, 422 <c>plan_unavailable</c>, <c>period_not_allowed</c>, <c>region_unavailable</c>, <c>same_plan</c>, <c>disk_too_small</c>.
/// <c>POST …/resize/quote</c> takes the same body and answers <see cref="ResizeQuote"/>.
/// </summary>
/// <param name="PlanId">The plan to change to.</param>
/// <param name="Disk">Also take its bigger disk: for good, afterwards only plans with at least that disk fit. False changes processors and memory only, and can be undone.</param>
/// <param name="MaxCharge">Refuse with 409 <c>price_changed</c> when more IDR than this would be charged now; null: whatever it comes to.</param>
public sealed record ResizeRequest(string PlanId, bool Disk = false, long? MaxCharge = null);

/// <summary>A change of plan as it would be agreed this second.</summary>
/// <param name="PlanId">The plan.</param>
/// <param name="CurrentPrice">IDR per period today.</param>
/// <param name="Price">IDR per period from the next renewal on.</param>
/// <param name="Difference">IDR for the time already paid for, to the second, rounded down: positive is charged, negative comes back.</param>
/// <param name="PaidUntil">Until when the difference counts.</param>
/// <param name="DiskGb">The disk afterwards.</param>
/// <param name="DiskGrows">It grows, for good.</param>
/// <param name="Available">IDR the wallet can pay with now.</param>
public sealed record ResizeQuote(
    string PlanId, string PlanName, long CurrentPrice, long Price, long Difference, DateTimeOffset PaidUntil,
    int Vcpus, int MemoryMb, int DiskGb, bool DiskGrows, decimal TransferTb, long Available);

/// <summary>One item of <c>GET /api/v1/instances/{id}/resize-options</c>: a plan that is sold, and what it would mean for this server.</summary>
/// <param name="PlanId">The plan.</param>
/// <param name="PlanDiskGb">The disk the plan comes with; the server gets it only where the disk is grown too.</param>
/// <param name="Price">IDR per period; null where the plan is not sold by this server's period.</param>
/// <param name="Difference">See <see cref="ResizeQuote"/>; null where it cannot be chosen.</param>
/// <param name="CanGrowDisk">The plan's disk is bigger than the server's.</param>
/// <param name="Obstacle">Why it cannot be chosen, as the code its refusal would have; null where it can.</param>
public sealed record ResizeOption(
    string PlanId, string Name, int Vcpus, int MemoryMb, int PlanDiskGb, decimal TransferTb, long? Price, long? Difference, bool CanGrowDisk, string? Obstacle);

/// <summary><c>GET /api/v1/instances/{id}/deletion</c>: what a deletion now would give back, and what would be charged with it.</summary>
/// <param name="Refund">IDR, all of it.</param>
/// <param name="Days">Whole days that were paid for and are not used.</param>
/// <param name="RefundsUnusedDays">Whether the server's billing period gives unused days back at all.</param>
/// <param name="Ordinary">Of it as ordinary money.</param>
/// <param name="Bonus">Of it as bonus that can be spent again.</param>
/// <param name="Lapses">Of it as bonus whose time is over: it comes back and lapses at once.</param>
/// <param name="Addons">Used since the last renewal and charged with the deletion, after the refund came back.</param>
/// <param name="AddonsTotal">IDR they come to.</param>
/// <param name="Owed">Of them what neither refund nor balance pays: it becomes a debt, which the next money pays first.</param>
public sealed record DeletionPreview(
    long Refund, int Days, bool RefundsUnusedDays, long Ordinary, long Bonus, long Lapses, IReadOnlyList<Billing.AddonUse> Addons, long AddonsTotal, long Owed);

/// <summary><c>POST /api/v1/instances/actions</c>: one act on several servers. Each has its own outcome; one that is refused stops none of the others.</summary>
/// <param name="Action"><c>POWER_ON</c>, <c>POWER_OFF</c>, <c>SHUTDOWN</c> or <c>REBOOT</c>.</param>
/// <param name="InstanceIds">1 to 50 servers, each once.</param>
public sealed record BulkActionRequest(InstanceActionType Action, IReadOnlyList<string> InstanceIds);

/// <summary>What became of one server of a <see cref="BulkActionRequest"/>.</summary>
/// <param name="ActionId">Look it up under <c>/instances/{id}/actions/</c>; null when it was refused.</param>
/// <param name="Code">Why it was refused, as the single call would say; null when it was accepted.</param>
public sealed record BulkActionResult(string InstanceId, string? ActionId, string? Code);
