namespace Webrana.Tripay.Channels;

/// <summary>How to pay, for one place of payment ("Internet Banking", "ATM").</summary>
public sealed record TripayInstruction
{
    /// <summary>The place of payment.</summary>
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>The steps in order. They may contain HTML (<c>&lt;b&gt;</c>) unless plain text was asked for: encode before showing.</summary>
    public IReadOnlyList<string> Steps { get; init => field = value ?? []; } = [];
}
