using System.Diagnostics;
using Webrana.Data.Batching;

namespace Webrana.Grains.Common;

/// <summary>
/// What a grain's loop does at once for several callers, in their traces. The loop began in one caller's call and goes on for others, long after
/// that call's span has ended: a piece of work belongs to the tree of its first caller, and the spans of the others lead there.
/// </summary>
internal static class SharedWork
{
    /// <summary>What follows in the flow of whoever asks this stands in this caller's tree; in nobody's where there is no trace.</summary>
    public static void BelongsTo(Activity? first)
    {
        // Orleans' own spans are made whether or not anybody keeps them: without a collector nothing is done for them here.
        if (BatchSpans.IsListenedTo) Activity.Current = first is { IsStopped: false } ? first : null;
    }

    /// <summary>Lets another caller's span, which is open until its answer, lead to where the work stands.</summary>
    public static void IsAlsoOf(Activity? caller)
    {
        if (BatchSpans.IsListenedTo && caller is { Recorded: true } && Activity.Current is { } first && first != caller) caller.AddLink(new ActivityLink(first.Context));
    }
}
