using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Faults;
using Webrana.Data.Notices;
using Webrana.Data.Protection;
using Webrana.Grains.Common;
using Webrana.Grains.Notifications;

namespace Webrana.Grains.Accounts;

/// <summary>
/// A person's contact copy and the door of everything the person is told. A notice and its ways out are rows, stored before they are
/// promised (ADR 27); the courier carries them.
/// </summary>
/// <remarks>Reentrant: one notice's row must not hold up the next one's. <see cref="DurableState{T}"/> queues the writes of the state.</remarks>
[GrainType("account"), Reentrant]
public sealed partial class AccountGrain : Grain, IAccountGrain
{
    readonly DurableState<AccountState> _state;
    readonly NoticeRows _notices;
    readonly NoticePost _post;
    readonly NoticeSeal _seal;
    readonly CourierBell _bell;
    readonly IOptions<WebOptions> _web;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;
    readonly ILogger<AccountGrain> _logger;
    Task<WakeOutcome>? _working;

    public AccountGrain(
        [PersistentState(StateNames.Account, StorageNames.Batched)] IPersistentState<AccountState> storage,
        NoticeRows notices,
        NoticePost post,
        NoticeSeal seal,
        CourierBell bell,
        IOptions<WebOptions> web,
        FailPoints failPoints,
        TimeProvider time,
        ILogger<AccountGrain> logger)
    {
        _state = new DurableState<AccountState>(storage, this);
        (_notices, _post, _seal, _bell, _web, _failPoints, _time, _logger) = (notices, post, seal, bell, web, failPoints, time, logger);
    }

    string Key => this.GetPrimaryKeyString();

    UserId Owner => new(GrainKeys.Guid(Key, "account"));

    long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> PutContact(AccountContact contact)
    {
        var stored = StoredContact.Of(contact);
        // Decided over what is committed: whoever read the person before the account was closed comes with an address that was erased since.
        await _state.Update(state => state.IsForgotten || state.Contact == stored
            ? null
            : state with { Contact = stored, CreatedAtMs = state.CreatedAtMs == 0 ? NowMs : state.CreatedAtMs });
        if (_state.Value.IsForgotten) return AccountError.NotFound;
        if (_state.Value.OwesRewards) WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public Task<Result<AccountContact, AccountError>> GetContact() =>
        Task.FromResult<Result<AccountContact, AccountError>>(_state.Value.Contact is { } contact ? contact.ToView() : AccountError.NotFound);

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> Forget()
    {
        // Told already is told: a person who is gone is not welcomed again.
        await _state.Update(state => state.IsForgotten ? null : new AccountState { CreatedAtMs = state.CreatedAtMs, RewardsTold = true });
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake() => _state.Value.DueAtMs <= NowMs ? await Work() : WakeOutcome.Settled;

    Task<WakeOutcome> Work() => _working is { IsCompleted: false } running ? running : _working = WorkAsync();

    void WorkBehind()
    {
        _ = ObserveAsync(Work());

        async Task ObserveAsync(Task work)
        {
            try
            {
                await work;
            }
            catch (Exception exception)
            {
                Log.WorkBroke(_logger, exception, Key);
            }
        }
    }

    async Task<WakeOutcome> WorkAsync()
    {
        await MoveOldOutbox();
        if (_state.Value.OwesRewards) await TellRewards();
        return WakeOutcome.Settled;
    }

    // Behind the call: a confirmed address is confirmed whether or not a promo can be asked at this moment. Due until it was told.
    async Task TellRewards()
    {
        var contact = _state.Value.Contact!;
        await Notify(Notice.Welcome("welcome", contact.Name));
        await GrainFactory.GetGrain<IRewardsGrain>(GrainKeys.Rewards(new UserId(contact.User))).EmailConfirmed(
            new PersonFacts(new UserId(contact.User), contact.Email, contact.Phone, contact.Referrer));
        await _state.Update(state => state.RewardsTold ? null : state with { RewardsTold = true });
    }
}
