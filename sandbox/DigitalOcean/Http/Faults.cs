namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>Something that shall go wrong. See <see cref="FaultKinds"/> for the kinds and which of the numbers they use.</summary>
public sealed record Fault
{
    /// <summary>One of <see cref="FaultKinds.All"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>How many times it strikes; negative: until cleared.</summary>
    public int Count { get; init; } = 1;

    /// <summary>For hide_from_lists, key_unknown and stale_reads: for how long; for status_429: retry-after.</summary>
    public double? Seconds { get; init; }

    /// <summary>For delay and delay_after_effect.</summary>
    public int? Ms { get; init; }

    /// <summary>For active_without_network and not_found_after_create: how many reads.</summary>
    public int? Reads { get; init; }

    /// <summary>Only this method.</summary>
    public string? Method { get; init; }

    /// <summary>Only this path: a template (/v2/droplets/{id}), a path, or a prefix ending in *.</summary>
    public string? Path { get; init; }

    /// <summary>Only calls with this parameter in their query, or, behind a !, without it.</summary>
    public string? Query { get; init; }

    /// <summary>For action_errored and stale_reads: only this action type.</summary>
    public string? Type { get; init; }
}

/// <summary>The kinds of faults.</summary>
public static class FaultKinds
{
    /// <summary>A write takes effect, then the connection is cut without an answer.</summary>
    public const string DropAfterEffect = "drop_after_effect";

    /// <summary>A read's answer is lost: the connection is cut instead. Clients and their transports repeat reads; it takes several to be felt.</summary>
    public const string DropRead = "drop_read";

    /// <summary>A write takes effect, its answer comes Ms later.</summary>
    public const string DelayAfterEffect = "delay_after_effect";

    /// <summary>429 with retry-after; nothing is done.</summary>
    public const string Status429 = "status_429";

    /// <summary>500; nothing is done.</summary>
    public const string Status500 = "status_500";

    /// <summary>404, as of a thing that is not there; nothing is done.</summary>
    public const string Status404 = "status_404";

    /// <summary>The next created droplet is missing from lists for Seconds.</summary>
    public const string HideFromLists = "hide_from_lists";

    /// <summary>The next created droplet shows active without addresses for Reads reads.</summary>
    public const string ActiveWithoutNetwork = "active_without_network";

    /// <summary>The next created droplet is 404 by id for Reads reads.</summary>
    public const string NotFoundAfterCreate = "not_found_after_create";

    /// <summary>The next action (create included) ends errored; an errored create leaves no droplet.</summary>
    public const string ActionErrored = "action_errored";

    /// <summary>The next shutdown completes and the guest stays on.</summary>
    public const string ShutdownIgnored = "shutdown_ignored";

    /// <summary>The next added key cannot be used for creations for Seconds.</summary>
    public const string KeyUnknown = "key_unknown";

    /// <summary>The next action on an idle droplet is refused as if one were still pending.</summary>
    public const string PendingEventAfterCompletion = "pending_event_after_completion";

    /// <summary>
    /// The next action completes, and the droplet's size, power and snapshots are read for Seconds as they were before it. The deletion of a
    /// snapshot counts as an action delete_snapshot.
    /// </summary>
    public const string StaleReads = "stale_reads";

    /// <summary>401.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>403, as to a token that lacks the scope for it.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The call waits Ms before anything is done.</summary>
    public const string Delay = "delay";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        DropAfterEffect, DropRead, DelayAfterEffect, Status429, Status500, Status404, HideFromLists, ActiveWithoutNetwork, NotFoundAfterCreate,
        ActionErrored, ShutdownIgnored, KeyUnknown, PendingEventAfterCompletion, StaleReads, Unauthorized, Forbidden, Delay,
    ];
}

/// <summary>The faults laid out, first in first struck.</summary>
internal sealed class FaultBoard
{
    readonly Lock _gate = new();
    readonly List<Fault> _faults = [];

    public void Add(Fault fault)
    {
        lock (_gate)
            _faults.Add(fault);
    }

    public void Clear()
    {
        lock (_gate)
            _faults.Clear();
    }

    public IReadOnlyList<Fault> All()
    {
        lock (_gate)
            return [.. _faults];
    }

    public Fault? Take(string kind, HttpRequest request, string template, string? actionType = null)
    {
        lock (_gate)
        {
            var index = _faults.FindIndex(fault => fault.Kind == kind && Matches(fault, request, template, actionType));
            if (index < 0)
                return null;
            var taken = _faults[index];
            if (taken.Count == 1)
                _faults.RemoveAt(index);
            else if (taken.Count > 1)
                _faults[index] = taken with { Count = taken.Count - 1 };
            return taken;
        }
    }

    static bool Matches(Fault fault, HttpRequest request, string template, string? actionType) =>
        (fault.Method is null || string.Equals(fault.Method, request.Method, StringComparison.OrdinalIgnoreCase))
        && (fault.Type is null || fault.Type == actionType)
        && (fault.Path is null
            || fault.Path == template
            || fault.Path == request.Path.Value
            || (fault.Path.EndsWith('*') && request.Path.Value!.StartsWith(fault.Path[..^1], StringComparison.Ordinal)))
        && (fault.Query is null
            || (fault.Query.StartsWith('!') ? !request.Query.ContainsKey(fault.Query[1..]) : request.Query.ContainsKey(fault.Query)));
}
