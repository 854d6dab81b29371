using Webrana.Wire.Droplets;

namespace Webrana.Web.Wallets;

/// <summary>A renewal to come, and what is left after it.</summary>
/// <param name="Server">What renews.</param>
/// <param name="At">When.</param>
/// <param name="LeftIdr">Available after paying it; below zero when it cannot be paid.</param>
public sealed record ForecastRenewal(Instance Server, DateTimeOffset At, long LeftIdr);

/// <summary>How far the wallet reaches. Pure.</summary>
public static class RenewalForecast
{
    /// <summary>The next renewals in the order they come, each with what is left after it. One that cannot be paid takes nothing from those after it.</summary>
    /// <param name="servers">Those that renew by themselves.</param>
    /// <param name="availableIdr">What there is now.</param>
    /// <param name="count">How many to tell.</param>
    public static IReadOnlyList<ForecastRenewal> Next(IEnumerable<Instance> servers, long availableIdr, int count)
    {
        var left = availableIdr;
        var told = new List<ForecastRenewal>();
        foreach (var server in servers.Where(server => server.NextRenewalAt is not null).OrderBy(server => server.NextRenewalAt).Take(count))
        {
            var after = left - server.Price;
            told.Add(new ForecastRenewal(server, server.NextRenewalAt!.Value, after));
            if (after >= 0) left = after;
        }

        return told;
    }
}
