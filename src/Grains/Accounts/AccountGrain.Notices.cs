using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Notices;

namespace Webrana.Grains.Accounts;

// What the person is told, and how the person chose to be.
public sealed partial class AccountGrain
{
    /// <inheritdoc/>
    public Task<Result<AccountReach, AccountError>> GetReach() => Task.FromResult<Result<AccountReach, AccountError>>(
        _state.Value.Contact is { } contact ? new AccountReach(contact.ToView(), _state.Value.Telegram?.ChatId) : AccountError.NotFound);

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> Notify(Notice notice)
    {
        if (_state.Value.Contact is not { } contact) return AccountError.NotFound;
        if (_state.Value.DoneIds.Contains(notice.NoticeId)) return Done.Instance;

        // A notice that cannot be rendered is a bug of the caller: it hears of it now, instead of the outbox for three days.
        NoticeRenderer.Render(notice, contact.Locale, _web.Value.PublicUrl);
        await Store(notice);
        await _failPoints.Hit("account.notice_stored", Key);
        _bell.Ring();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<NoticeDelivery> DeliveryOf(string noticeId)
    {
        if (await _notices.ReachAsync(Owner.Value, noticeId) is not { } reach)
            return new NoticeDelivery(NoticeDeliveryState.Unknown, null, null);
        var delivered = reach.MailedAt is { } mailed && reach.ReadAt is { } read ? (mailed < read ? mailed : read) : reach.MailedAt ?? reach.ReadAt;
        var state = delivered is not null ? NoticeDeliveryState.Delivered
            : reach.MailStage is DeliveryStage.Refused or DeliveryStage.GivenUp ? NoticeDeliveryState.Undeliverable
            : NoticeDeliveryState.Waiting;
        return new NoticeDelivery(state, reach.CreatedAt, delivered);
    }

    /// <inheritdoc/>
    public Task<Result<NoticePreferences, AccountError>> GetPreferences() => Task.FromResult<Result<NoticePreferences, AccountError>>(
        _state.Value.Contact is null ? AccountError.NotFound : Preferences());

    /// <inheritdoc/>
    public async Task<Result<NoticePreferences, AccountError>> ChangePreferences(ChangeNoticePreferences change)
    {
        if (_state.Value.Contact is null) return AccountError.NotFound;
        if (!change.Kinds.All(NoticeChoices.IsAllowed)) return AccountError.NoticeMandatory;
        if (change.SetBalanceAlert && change.BalanceAlertIdr is < 0) return AccountError.InvalidAmount;
        await _state.Update(state => NoticeChoices.Changed(state, change));
        return Preferences();
    }

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> LinkTelegram(long chatId, string name)
    {
        await _state.Update(state => state.Contact is null ? null : state with { Telegram = new TelegramLink(chatId, name) });
        return _state.Value.Contact is null ? AccountError.NotFound : Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<Result<Done, AccountError>> UnlinkTelegram(long? chatId)
    {
        await _state.Update(state => state.Telegram is { } link && (chatId ?? link.ChatId) == link.ChatId ? state with { Telegram = null } : null);
        return Done.Instance;
    }

    NoticePreferences Preferences() => new(NoticeChoices.All(_state.Value), _state.Value.BalanceAlertIdr, _state.Value.Telegram?.Name);

    async Task Store(Notice notice)
    {
        var rule = NoticeCatalogue.Of(notice.Kind);
        var chosen = NoticeChoices.Of(_state.Value, rule);
        var channels = new List<DeliveryChannel>();
        if (chosen.HasFlag(NoticeChannels.Mail)) channels.Add(DeliveryChannel.Mail);
        if (chosen.HasFlag(NoticeChannels.Telegram) && _state.Value.Telegram is not null) channels.Add(DeliveryChannel.Telegram);
        var row = new NoticeRow(
            NoticeKey.Of(Owner.Value, notice.NoticeId), Owner.Value, notice.NoticeId, notice.Kind.ToString(), notice.Values,
            rule.InPanel && chosen.HasFlag(NoticeChannels.Panel), _time.GetUtcNow());
        if (await _post.AddAsync(rule.HoldsLink ? _seal.Close(row) : row, channels, rule.InPanel ? rule.Code : null, rule.IsBulk) && row.InPanel)
            _ = GrainFactory.GetGrain<IFeedGrain>(GrainKeys.Feed(Owner)).Publish(UserEventKind.NotificationCreated, row.Id.ToString("D"));
    }

    // An earlier release kept what still had to leave in the state itself. Under its id it is a row once, however often this is tried.
    async Task MoveOldOutbox()
    {
        if (_state.Value.OldOutbox.Count == 0) return;
        foreach (var mail in _state.Value.OldOutbox) await Store(mail.ToNotice());
        await _state.Update(state => state with { OldOutbox = [] });
        _bell.Ring();
    }
}
