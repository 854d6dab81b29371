using System.Data.Common;
using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Billing;
using Webrana.Data.Faults;
using Webrana.Data.Notices;
using Webrana.Data.Protection;
using Webrana.Domain.Notifications;
using Webrana.Notices;

namespace Webrana.Grains.Notifications;

/// <summary>
/// Carries what is in the outbox, a group at a time. Any number of silos do: a lease keeps two of them from one delivery. What a process
/// that died held is tried again under the same ids, which the other side shows once.
/// </summary>
public sealed partial class Courier(
    Outbox outbox, NoticeSeal seal, NoticeDeliveries deliveries, IEnumerable<INoticeChannel> channels, IGrainFactory grains, FailPoints failPoints,
    OutboxMetrics metrics, TimeProvider clock, ILogger<Courier> log)
{
    /// <summary>Attempts under way at once, at most.</summary>
    public const int Group = 32;

    private readonly Dictionary<DeliveryChannel, INoticeChannel> _channels = channels.ToDictionary(channel => channel.Channel);

    /// <summary>Delivers everything that is due now and answers how many attempts that took.</summary>
    public async Task<int> DeliverDue(CancellationToken cancellation = default)
    {
        var attempts = 0;
        while (await DeliverGroup(cancellation) is > 0 and var taken)
            attempts += taken;
        return attempts;
    }

    /// <summary>Delivers one group of it and answers how many attempts that took.</summary>
    public async Task<int> DeliverGroup(CancellationToken cancellation)
    {
        var taken = await outbox.TakeAsync(Group, clock.GetUtcNow(), TimeProvider.System.GetUtcNow(), cancellation);
        await Task.WhenAll(taken.Select(delivery => Deliver(delivery, cancellation)));
        return taken.Count;
    }

    private async Task Deliver(TakenDelivery delivery, CancellationToken cancellation)
    {
        try
        {
            var outcome = await Attempt(delivery, cancellation);
            await failPoints.Hit("courier.sent", delivery.Notice.NoticeId);
            await Note(delivery, outcome, cancellation);
        }
        catch (Exception exception) when (exception is DbException or FailPointException)
        {
            // The row keeps its lease and comes back when that ends.
            LogNotNoted(log, exception, delivery.Id);
        }
    }

    private async Task<ChannelOutcome> Attempt(TakenDelivery delivery, CancellationToken cancellation)
    {
        try
        {
            var account = grains.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(delivery.Notice.UserId)));
            var reached = await account.GetReach();
            if (!reached.TryGet(out var reach))
                return ChannelOutcome.Refused("no contact");
            var notice = new Notice(delivery.Notice.NoticeId, Enum.Parse<NoticeKind>(delivery.Notice.Kind), seal.Open(delivery.Notice).Facts);
            return _channels.TryGetValue(delivery.Channel, out var channel)
                ? await channel.Send(new ChannelMessage(delivery, notice, reach.Contact, reach.TelegramChat), cancellation)
                : ChannelOutcome.NotNow("this channel is not set up");
        }
        catch (Exception exception) when (exception is not (FailPointException or OperationCanceledException))
        {
            // A bug in one text must not stop its neighbours; it stays in the outbox, where admins see it.
            LogBroke(log, exception, delivery.Id);
            return ChannelOutcome.NotNow(exception.GetType().Name);
        }
    }

    private async Task Note(TakenDelivery delivery, ChannelOutcome outcome, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        metrics.Attempted(delivery.Channel, outcome.Outcome);
        var holdsLink = Rule(delivery)?.HoldsLink == true;
        if (outcome.Outcome == MailOutcome.Sent)
        {
            // Before it is forgotten here: nothing irreversible happens to a server without this row. Of a program or a chat that
            // took it nobody knows who reads it (ADR 27): mail alone counts, and what was opened in the panel.
            if (delivery.Notice.Kind == nameof(NoticeKind.FinalWarning) && delivery.Channel == DeliveryChannel.Mail)
                await deliveries.NoteAsync(delivery.Notice.NoticeId, now, cancellation);
            await outbox.AcceptedAsync(delivery.Id, outcome.Answer, now, forget: Rule(delivery)?.Reach == NoticeReach.MailOnly, cancellation);
            LogSent(log, delivery.Notice.NoticeId, delivery.Notice.Kind, delivery.Channel);
        }
        else if (outcome.Outcome == MailOutcome.Refused)
        {
            await outbox.EndedAsync(delivery.Id, DeliveryStage.Refused, outcome.Answer, now, forget: holdsLink, cancellation);
            LogGivenUp(log, delivery.Notice.NoticeId, delivery.Channel, delivery.Attempt, outcome.Answer);
        }
        else if (NextTry(delivery, holdsLink, now) is { } again)
        {
            await outbox.PostponedAsync(delivery.Id, outcome.Answer, again, cancellation);
            LogPostponed(log, delivery.Notice.NoticeId, delivery.Channel, outcome.Answer);
        }
        else
        {
            await outbox.EndedAsync(delivery.Id, DeliveryStage.GivenUp, outcome.Answer, now, forget: holdsLink, cancellation);
            LogGivenUp(log, delivery.Notice.NoticeId, delivery.Channel, delivery.Attempt, outcome.Answer);
        }
    }

    private static DateTimeOffset? NextTry(TakenDelivery delivery, bool holdsLink, DateTimeOffset now) => holdsLink
        ? DeliverySchedule.NextTryOfLink(delivery.Attempt, delivery.QueuedAt, madeAt: delivery.Notice.CreatedAt, now)
        : DeliverySchedule.NextTry(delivery.Attempt, delivery.QueuedAt, now);

    // A kind that a newer silo wrote has none here: it waits for that one.
    private static NoticeRule? Rule(TakenDelivery delivery) =>
        Enum.TryParse<NoticeKind>(delivery.Notice.Kind, out var kind) ? NoticeCatalogue.Of(kind) : null;

    // Never an address or a name: logs carry ids only.
    [LoggerMessage(2301, LogLevel.Information, "Notice {Notice} ({Kind}) was taken by {Channel}")]
    private static partial void LogSent(ILogger logger, string notice, string kind, DeliveryChannel channel);

    [LoggerMessage(2302, LogLevel.Warning, "Notice {Notice} was not taken by {Channel} ({Answer}); later again")]
    private static partial void LogPostponed(ILogger logger, string notice, DeliveryChannel channel, string answer);

    [LoggerMessage(2303, LogLevel.Error, "Notice {Notice} by {Channel} was given up after {Attempts} attempts ({Answer})")]
    private static partial void LogGivenUp(ILogger logger, string notice, DeliveryChannel channel, int attempts, string answer);

    [LoggerMessage(2304, LogLevel.Error, "Delivery {Delivery} broke; it stays in the outbox")]
    private static partial void LogBroke(ILogger logger, Exception exception, Guid delivery);

    [LoggerMessage(2305, LogLevel.Error, "The outcome of delivery {Delivery} could not be noted; it is tried again when its lease ends")]
    private static partial void LogNotNoted(ILogger logger, Exception exception, Guid delivery);
}
