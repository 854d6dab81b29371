using Webrana.Domain.Droplets;

namespace Webrana.Domain.Providers;

/// <summary>Why a droplet exists at the provider.</summary>
public enum DropletExplanation
{
    /// <summary>It is the server of a customer here.</summary>
    Owned,

    /// <summary>It is being created or destroyed by us right now.</summary>
    InFlight,

    /// <summary>It ended here and is still there: to be destroyed again.</summary>
    Tombstoned,

    /// <summary>A second droplet of a living server: to be destroyed.</summary>
    Duplicate,

    /// <summary>It carries our tag and nothing here accounts for it: for a person to judge, never touched.</summary>
    Unexplained,

    /// <summary>No tag of this installation: never touched.</summary>
    Foreign,
}

/// <param name="Id">The provider's id.</param>
/// <param name="CreatedAtMs">Its creation time, unix ms.</param>
/// <param name="Instance">From its tag; null without a tag of ours.</param>
/// <param name="AccountId">In which account it was seen.</param>
public readonly record struct SightedDroplet(long Id, long CreatedAtMs, Guid? Instance, string AccountId);

/// <summary>What is stored here of an instance.</summary>
/// <param name="DropletId">Its droplet; null when none was ever told.</param>
/// <param name="CreatedAtMs">That droplet's creation time.</param>
/// <param name="Swept">Of an order that failed: everything under its tag was accounted for.</param>
/// <param name="Replacing">A second droplet is in the making, to take the place of the first.</param>
public sealed record RecordedInstance(InstancePhase Phase, long? DropletId, long? CreatedAtMs, string AccountId, bool Swept, bool Replacing = false);

/// <summary>Explains every droplet there is.</summary>
public static class Reconciliation
{
    /// <summary>Why this droplet exists.</summary>
    /// <param name="seen">As listed.</param>
    /// <param name="record">What its tag's instance is here; null when there is none.</param>
    public static DropletExplanation Explain(SightedDroplet seen, RecordedInstance? record)
    {
        if (seen.Instance is null)
            return DropletExplanation.Foreign;
        if (record is null || record.AccountId != seen.AccountId || record.Phase is InstancePhase.None or InstancePhase.Ordering)
            return DropletExplanation.Unexplained;
        var isRecorded = record.DropletId == seen.Id && record.CreatedAtMs == seen.CreatedAtMs;
        return record.Phase switch
        {
            // What its own creation does not know yet, it will find by its tag.
            _ when record.Phase.IsProvisioning() => DropletExplanation.InFlight,
            InstancePhase.Terminating or InstancePhase.Hibernating => DropletExplanation.InFlight,
            InstancePhase.Failed when !record.Swept => DropletExplanation.InFlight,
            // An order that never knew its droplet: this is the one of the create in doubt, which every list of the tag kept back.
            InstancePhase.Failed when record.DropletId is null => DropletExplanation.Tombstoned,
            _ when record.Phase.IsLive() && record.Replacing && record.DropletId != seen.Id => DropletExplanation.InFlight,
            _ when record.Phase.IsLive() => isRecorded ? DropletExplanation.Owned
                : record.DropletId != seen.Id ? DropletExplanation.Duplicate : DropletExplanation.Unexplained,
            _ => isRecorded ? DropletExplanation.Tombstoned : DropletExplanation.Unexplained,
        };
    }

    /// <summary>
    /// Whether a sweep that did not see a droplet can say anything about it. Lists lag behind what is made; and a sweep may take an hour, in which
    /// whatever is made comes behind the pages that it has read.
    /// </summary>
    /// <param name="createdAtMs">When the provider made it, unix ms.</param>
    /// <param name="startedAtMs">When the sweep read its first page, unix ms.</param>
    /// <param name="graceMs">How far lists lag.</param>
    public static bool CanBeMissed(long createdAtMs, long startedAtMs, int graceMs) => startedAtMs - createdAtMs > graceMs;

    /// <summary>
    /// Whether so many can have been lost. Beyond a handful and a tenth of all it is more likely that we look at the wrong thing.
    /// </summary>
    /// <param name="missing">Living servers that the list does not show.</param>
    /// <param name="living">All living servers of the account.</param>
    public static bool IsPlausibleLoss(int missing, int living) => missing <= Math.Max(5, living / 10);

    /// <summary>The instance a tag of this installation names; null for every other tag.</summary>
    /// <param name="install">This installation's name.</param>
    public static Guid? InstanceOf(IEnumerable<string> tags, string install)
    {
        var prefix = $"webrana-{install}-";
        foreach (var tag in tags)
        {
            if (tag.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(tag[prefix.Length..], "D", out var instance))
                return instance;
        }

        return null;
    }
}
