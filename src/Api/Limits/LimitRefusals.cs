using System.Globalization;
using Webrana.Api.Problems;

namespace Webrana.Api.Limits;

/// <summary>A grain's <c>LimitReached</c> → the refusal that names the limit, in words and in figures.</summary>
internal static class LimitRefusals
{
    /// <param name="detail">Which, what is allowed, what it would come to: <c>Servers:3:4</c>.</param>
    public static Refusal Of(string? detail)
    {
        if (detail?.Split(':') is not [var which, var allowedText, var wouldBeText]
            || !long.TryParse(allowedText, CultureInfo.InvariantCulture, out var allowed) || !long.TryParse(wouldBeText, CultureInfo.InvariantCulture, out var wouldBe))
            return Refusal.Of(ProblemKinds.LimitReached);
        var (name, words) = which switch
        {
            "Servers" => ("servers", $"You may have {allowed} servers."),
            "PlanSize" => ("planVcpus", $"Your plans may have {allowed} vCPU."),
            _ => ("spendPerDay", $"You may spend Rp {allowed} on new servers within 24 hours."),
        };
        return Refusal.Of(ProblemKinds.LimitReached, words).With(new Dictionary<string, long> { [name] = allowed, ["wouldBe"] = wouldBe });
    }
}
