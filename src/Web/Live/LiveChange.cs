using Webrana.Client.Events;

namespace Webrana.Web.Live;

/// <summary>A hint that something of the user's changed.</summary>
/// <param name="Event">What, or null when it is not known: then everything shown is to be read again.</param>
public sealed record LiveChange(ServerEvent? Event)
{
    /// <summary>The stream was opened, or events were missed.</summary>
    public static LiveChange Resync { get; } = new((ServerEvent?)null);

    /// <summary>Whether a page that shows such things should read again.</summary>
    /// <param name="types">Event types the page shows.</param>
    public bool Touches(params ReadOnlySpan<string> types) => Event is null || types.Contains(Event.Type);
}
