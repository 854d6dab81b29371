using System.Security.Cryptography;
using System.Text;

namespace Webrana.Data.Notices;

/// <summary>The ways to a customer that have a row in the outbox. Stored: never renumber.</summary>
public enum DeliveryChannel : short
{
    Mail = 1,
    Telegram = 2,
    Webhook = 3,
}

/// <summary>Where a delivery stands. Stored: never renumber.</summary>
public enum DeliveryStage : short
{
    Waiting = 1,

    /// <summary>The other side took it.</summary>
    Accepted = 2,

    /// <summary>The other side said no for good.</summary>
    Refused = 3,

    /// <summary>Tried for days in vain.</summary>
    GivenUp = 4,
}

/// <summary>One notice as stored.</summary>
/// <param name="Id">Derived from owner and notice id: see <see cref="NoticeKey.Of"/>.</param>
/// <param name="NoticeId">The id its caller gave it.</param>
/// <param name="Kind">Name of the kind.</param>
/// <param name="Facts">Name → value.</param>
/// <param name="InPanel">Whether the panel shows it.</param>
/// <param name="ReadAt">When it was opened in the panel; null for not yet.</param>
public sealed record NoticeRow(
    Guid Id, Guid UserId, string NoticeId, string Kind, IReadOnlyDictionary<string, string> Facts, bool InPanel, DateTimeOffset CreatedAt, DateTimeOffset? ReadAt = null);

/// <summary>A page of a customer's notices, newest first; <c>Next</c> is the cursor of the next page.</summary>
public sealed record NoticePage(IReadOnlyList<NoticeRow> Rows, string? Next);

/// <summary>A notice and one way it goes, taken from the outbox for one attempt.</summary>
/// <param name="Attempt">The number of this attempt, from 1.</param>
/// <param name="QueuedAt">When the delivery came into the outbox, or was put there again.</param>
public sealed record TakenDelivery(Guid Id, DeliveryChannel Channel, string Target, int Attempt, DateTimeOffset QueuedAt, NoticeRow Notice);

/// <summary>A delivery as admins and owners of webhooks see it.</summary>
/// <param name="Answer">What the other side said last; null before the first attempt.</param>
public sealed record DeliveryRow(
    Guid Id, Guid Notice, Guid UserId, string NoticeId, string Kind, DeliveryChannel Channel, string Target, DeliveryStage Stage, int Attempts,
    DateTimeOffset TryAt, string? Answer, DateTimeOffset CreatedAt, DateTimeOffset? DoneAt);

/// <summary>A page of deliveries, newest first.</summary>
public sealed record DeliveryPage(IReadOnlyList<DeliveryRow> Rows, string? Next);

/// <summary>Whether and when one notice reached its customer.</summary>
/// <param name="MailedAt">When the mail server took it; null for not (yet).</param>
/// <param name="ReadAt">When it was opened in the panel; null for not (yet).</param>
/// <param name="MailStage">Of its mail; null when none was to be sent.</param>
public sealed record NoticeOutcome(DateTimeOffset CreatedAt, DateTimeOffset? MailedAt, DateTimeOffset? ReadAt, DeliveryStage? MailStage);

/// <summary>The key of a notice's row.</summary>
public static class NoticeKey
{
    /// <summary>Always the same for the same owner and notice id: the row's primary key is what makes a notice happen once.</summary>
    public static Guid Of(Guid userId, string noticeId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{userId:D}\n{noticeId}"), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
