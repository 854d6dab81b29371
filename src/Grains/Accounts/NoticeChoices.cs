using Webrana.Contracts.Notifications;
using Webrana.Notices;

namespace Webrana.Grains.Accounts;

/// <summary>Where a customer's notices go. Pure; stored is only what differs from the default, everywhere.</summary>
public static class NoticeChoices
{
    // What nobody may switch off: whoever loses a server or an account must have been told of it.
    private const NoticeChannels Fixed = NoticeChannels.Mail | NoticeChannels.Panel;

    /// <summary>Where a kind goes.</summary>
    public static NoticeChannels Of(AccountState state, NoticeRule rule) => rule.Reach switch
    {
        NoticeReach.MailOnly => NoticeChannels.Mail,
        NoticeReach.WebhookOnly => NoticeChannels.None,
        NoticeReach.Mandatory => Chosen(state, rule.Kind) | Fixed,
        _ => Chosen(state, rule.Kind),
    };

    /// <summary>Every kind that the panel shows, with where it goes.</summary>
    public static IReadOnlyList<NoticePreference> All(AccountState state) =>
        [.. NoticeCatalogue.All.Where(rule => rule.InPanel).Select(rule => new NoticePreference(rule.Kind, Of(state, rule)))];

    /// <summary>Whether the change leaves on what must stay on.</summary>
    public static bool IsAllowed(NoticePreference change) => NoticeCatalogue.Of(change.Kind).Reach switch
    {
        NoticeReach.Chosen => true,
        NoticeReach.Mandatory => (change.Channels & Fixed) == Fixed,
        _ => false,
    };

    /// <summary>The record with the changes in it.</summary>
    public static AccountState Changed(AccountState state, ChangeNoticePreferences change)
    {
        var choices = new Dictionary<string, int>(state.Choices, StringComparer.Ordinal);
        foreach (var kind in change.Kinds)
        {
            if (kind.Channels == NoticeChannels.All) choices.Remove(kind.Kind.ToString());
            else choices[kind.Kind.ToString()] = (int)(kind.Channels & NoticeChannels.All);
        }

        return state with { Choices = choices, BalanceAlertIdr = change.SetBalanceAlert ? change.BalanceAlertIdr : state.BalanceAlertIdr };
    }

    private static NoticeChannels Chosen(AccountState state, NoticeKind kind) =>
        state.Choices.TryGetValue(kind.ToString(), out var stored) ? (NoticeChannels)stored : NoticeChannels.All;
}
