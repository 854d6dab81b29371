namespace Webrana.Sandbox.Tripay.Control;

/// <summary>Something that goes wrong a number of times, for calls whose path contains a text.</summary>
sealed record Fault(string Kind, int Count, string? Path, int DelayMs);

/// <summary>The faults asked for by <c>POST /_sandbox/faults</c>.</summary>
sealed class Faults
{
    public const string DropAfterEffect = "drop_after_effect";
    public const string DropBeforeEffect = "drop_before_effect";
    public const string Status500 = "status_500";
    public const string Status500AfterEffect = "status_500_after_effect";
    public const string Html403 = "html_403";
    public const string Whitelist403 = "whitelist_403";
    public const string Delay = "delay";
    public const string PaidAtString = "paid_at_string";
    public const string PaidAtNull = "paid_at_null";
    public const string PercentString = "percent_string";
    public const string PayCodeNumber = "pay_code_number";
    public const string CallbackBeforeCreate = "callback_before_create";

    public static readonly IReadOnlyList<string> Kinds =
    [
        DropAfterEffect, DropBeforeEffect, Status500, Status500AfterEffect, Html403, Whitelist403, Delay, PaidAtString, PaidAtNull, PercentString,
        PayCodeNumber, CallbackBeforeCreate,
    ];

    readonly Lock _gate = new();
    readonly List<Fault> _faults = [];

    public void Add(Fault fault)
    {
        lock (_gate) _faults.Add(fault);
    }

    public void Clear()
    {
        lock (_gate) _faults.Clear();
    }

    public IReadOnlyList<Fault> All()
    {
        lock (_gate) return [.. _faults];
    }

    /// <summary>Uses up one occurrence of a kind for a path; null if there is none.</summary>
    public Fault? Take(string kind, PathString path)
    {
        lock (_gate)
        {
            var index = _faults.FindIndex(fault => fault.Kind == kind && (fault.Path is null || path.Value!.Contains(fault.Path, StringComparison.OrdinalIgnoreCase)));
            if (index < 0) return null;
            var found = _faults[index];
            if (found.Count > 1) _faults[index] = found with { Count = found.Count - 1 };
            else _faults.RemoveAt(index);
            return found;
        }
    }
}
