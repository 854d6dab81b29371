using System.Globalization;
using Webrana.Data.Desk;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The words by which people at the desk find this server: its name, addresses and provider id. Filed by the loop when they differ from what
/// was filed last, so that a crash in between files them at the next wake-up.
/// </summary>
public sealed partial class DropletGrain
{
    private async Task<Next> FileWords()
    {
        if (!State.IsUnfiled())
            return Next.Idle;
        var words = State.Words();
        await _lookups.FileAsync(_key, Owner.Value, Parsed(State));
        await Apply(state => state with { FiledAs = words });
        return Next.Idle;
    }

    private static List<(LookupKind Kind, string Value)> Parsed(DropletState state)
    {
        var words = new List<(LookupKind, string)> { (LookupKind.Name, state.Name) };
        if (state.Droplet is not { } droplet)
            return words;
        words.Add((LookupKind.ProviderId, droplet.Id.ToString(CultureInfo.InvariantCulture)));
        if (droplet.Ipv4 is { } four)
            words.Add((LookupKind.Ip, four));
        if (droplet.Ipv6 is { } six)
            words.Add((LookupKind.Ip, six));
        return words;
    }
}
