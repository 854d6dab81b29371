using Webrana.Domain.Limits;

namespace Webrana.Grains.Limits;

/// <summary>How much customers may have, by what they paid. Configuration section <c>Limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Limits";

    /// <summary>The ladder, lowest step first; empty (default) for <see cref="CustomerLimitRules.Default"/>.</summary>
    public IList<LimitStep> Tiers { get; } = [];

    /// <summary>As the rule takes it.</summary>
    public IReadOnlyList<LimitTier> Ladder() => Tiers.Count == 0
        ? CustomerLimitRules.Default
        : [.. Tiers.Select(step => new LimitTier(step.FromPaidIdr, step.FromDays, new CustomerLimits(step.Servers, step.Vcpus, step.SpendPerDayIdr)))];
}

/// <summary>One step as settings write it.</summary>
public sealed class LimitStep
{
    /// <summary>Money paid in, at least.</summary>
    public long FromPaidIdr { get; set; }

    /// <summary>Days since the first payment, at least.</summary>
    public int FromDays { get; set; }

    /// <summary>Living servers at once.</summary>
    public int Servers { get; set; }

    /// <summary>The largest plan, in virtual processors.</summary>
    public int Vcpus { get; set; }

    /// <summary>Rupiah within 24 hours.</summary>
    public long SpendPerDayIdr { get; set; }
}
