using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Billing;
using Webrana.Grains.Common;
using Webrana.Grains.Notifications;
using Webrana.Notices;

namespace Webrana.Grains.Accounts;

/// <summary>
/// A person's contact copy and mail outbox. A mail is stored before it is promised, and leaves behind the call; what the mail server
/// does not take is due again later. A process that dies between the server's yes and our note sends the same mail with the same
/// Message-ID, which mailboxes show once.
/// </summary>
/// <remarks>Reentrant: a slow mail server must not hold up the next mail's promise. <see cref="DurableState{T}"/> queues the writes.</remarks>
[GrainType("account"), Reentrant]
public sealed partial class AccountGrain : Grain, IAccountGrain
{
    readonly DurableState<AccountState> _state;
    readonly IMailSender _sender;
    readonly NoticeDeliveries _deliveries;
    readonly IOptions<WebOptions> _web;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;
    readonly ILogger<AccountGrain> _logger;
    Task<WakeOutcome>? _working;

    public AccountGrain(
        [PersistentState(StateNames.Account, StorageNames.Batched)] IPersistentState<AccountState> storage,
        IMailSender sender,
        NoticeDeliveries deliveries,
        IOptions<WebOptions> web,
        FailPoints failPoints,
        TimeProvider time,
        ILogger<AccountGrain> logger)
    {
        _state = new DurableState<AccountState>(storage, this);
        (_sender, _deliveries, _web, _failPoints, _time, _logger) = (sender, deliveries, web, failPoints, time, logger);
    }

    string Key => this.GetPrimaryKeyString();

    long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> PutContact(AccountContact contact)
    {
        var stored = StoredContact.Of(contact);
        await _state.Update(state => state.Contact == stored
            ? null
            : state with { Contact = stored, CreatedAtMs = state.CreatedAtMs == 0 ? NowMs : state.CreatedAtMs });
        if (_state.Value.OwesRewards) WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public Task<Result<AccountContact, AccountError>> GetContact() =>
        Task.FromResult<Result<AccountContact, AccountError>>(_state.Value.Contact is { } contact ? contact.ToView() : AccountError.NotFound);

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> Notify(Notice notice)
    {
        if (_state.Value.Contact is not { } contact) return AccountError.NotFound;
        if (Outbox.Knows(_state.Value, notice.NoticeId)) return Done.Instance;
        if (_state.Value.Outbox.Count >= Outbox.Capacity) return AccountError.OutboxFull;

        // A notice that cannot be rendered is a bug of the caller: it hears of it now, instead of the outbox for three days.
        NoticeRenderer.Render(notice, contact.Locale, _web.Value.PublicUrl);
        await _state.Update(state => Outbox.Knows(state, notice.NoticeId) ? null : Outbox.Taken(state, notice, NowMs));
        await _failPoints.Hit("account.mail_stored", Key);
        WorkBehind();
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
                Log.OutboxBroke(_logger, exception, Key);
            }
        }
    }

    async Task<WakeOutcome> WorkAsync()
    {
        if (_state.Value.OwesRewards) await TellRewards();

        // Bounded by the outbox: every round ends one mail or moves it into the future.
        while (_state.Value.Outbox.FirstOrDefault(mail => mail.TryAtMs <= NowMs) is { } mail)
        {
            if (!await Send(mail)) return WakeOutcome.Deferred;
        }
        return WakeOutcome.Settled;
    }

    // Behind the call: a confirmed address is confirmed whether or not a promo can be asked at this moment. Due until it was told.
    async Task TellRewards()
    {
        var contact = _state.Value.Contact!;
        await GrainFactory.GetGrain<IRewardsGrain>(GrainKeys.Rewards(new UserId(contact.User))).EmailConfirmed(
            new PersonFacts(new UserId(contact.User), contact.Email, contact.Phone, contact.Referrer));
        await _state.Update(state => state.RewardsTold ? null : state with { RewardsTold = true });
    }

    async Task<bool> Send(OutboxMail mail)
    {
        var contact = _state.Value.Contact!;
        var rendered = NoticeRenderer.Render(mail.ToNotice(), contact.Locale, _web.Value.PublicUrl);
        var delivery = await _sender.Send(new OutgoingMail(mail.MailId, contact.Email, contact.Name, rendered));
        await _failPoints.Hit("account.mail_sent", Key);

        if (delivery.Outcome == MailOutcome.Sent)
        {
            // Before it is forgotten here: nothing irreversible happens to a server without this row.
            if (mail.Kind == NoticeKind.FinalWarning) await _deliveries.NoteAsync(mail.MailId, _time.GetUtcNow());
            await _state.Update(state => Outbox.Finished(state, mail.MailId));
            Log.Sent(_logger, Key, mail.MailId, mail.Kind);
            return true;
        }
        if (delivery.Outcome == MailOutcome.Refused || mail.Failures + 1 >= Outbox.MaximumFailures)
        {
            await _state.Update(state => Outbox.Finished(state, mail.MailId));
            Log.GivenUp(_logger, Key, mail.MailId, mail.Failures + 1, delivery.Reason);
            return true;
        }
        await _state.Update(state => Outbox.Postponed(state, mail.MailId, NowMs));
        Log.Postponed(_logger, Key, mail.MailId, delivery.Reason);
        return false;
    }
}
