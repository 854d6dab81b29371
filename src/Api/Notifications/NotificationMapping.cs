using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Notices;
using Webrana.Wire.Notifications;
using DeliveryChannel = Webrana.Wire.Notifications.DeliveryChannel;
using DeliveryStage = Webrana.Wire.Notifications.DeliveryStage;

namespace Webrana.Api.Notifications;

/// <summary>Notices → the wire.</summary>
internal static class NotificationMapping
{
    /// <summary>Null for a kind that this release does not know: a newer silo wrote it.</summary>
    public static Notification? ToWire(this NoticeRow row, string locale, string panel)
    {
        if (!Enum.TryParse<NoticeKind>(row.Kind, out var kind))
            return null;
        var rule = NoticeCatalogue.Of(kind);
        var words = NoticeRenderer.Render(new Notice(row.NoticeId, kind, row.Facts), locale, panel);
        return new Notification(
            row.Id.ToString("D"), rule.Code, rule.Group.ToWire(), words.Subject, words.Body, words.Button, words.Url, row.Facts, row.CreatedAt, row.ReadAt);
    }

    public static string CodeOf(string kind) => Enum.TryParse<NoticeKind>(kind, out var known) ? NoticeCatalogue.Of(known).Code : kind;

    public static NotificationGroup ToWire(this NoticeGroup group) => group switch
    {
        NoticeGroup.Account => NotificationGroup.Account,
        NoticeGroup.Money => NotificationGroup.Money,
        _ => NotificationGroup.Servers,
    };

    public static NoticeGroup GroupOf(NotificationGroup group) => group switch
    {
        NotificationGroup.Account => NoticeGroup.Account,
        NotificationGroup.Money => NoticeGroup.Money,
        _ => NoticeGroup.Servers,
    };

    public static DeliveryChannel ToWire(this Data.Notices.DeliveryChannel channel) => channel switch
    {
        Data.Notices.DeliveryChannel.Mail => DeliveryChannel.Mail,
        Data.Notices.DeliveryChannel.Telegram => DeliveryChannel.Telegram,
        _ => DeliveryChannel.Webhook,
    };

    public static DeliveryStage ToWire(this Data.Notices.DeliveryStage stage) => stage switch
    {
        Data.Notices.DeliveryStage.Accepted => DeliveryStage.Accepted,
        Data.Notices.DeliveryStage.Refused => DeliveryStage.Refused,
        Data.Notices.DeliveryStage.GivenUp => DeliveryStage.GivenUp,
        _ => DeliveryStage.Waiting,
    };

    public static Data.Notices.DeliveryStage StageOf(DeliveryStage stage) => stage switch
    {
        DeliveryStage.Accepted => Data.Notices.DeliveryStage.Accepted,
        DeliveryStage.Refused => Data.Notices.DeliveryStage.Refused,
        DeliveryStage.GivenUp => Data.Notices.DeliveryStage.GivenUp,
        _ => Data.Notices.DeliveryStage.Waiting,
    };
}
