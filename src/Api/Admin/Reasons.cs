using Webrana.Api.Accounts;
using Webrana.Api.Problems;

namespace Webrana.Api.Admin;

/// <summary>Why somebody did it: asked for with every act at the desk, because the next person has nothing else to go by.</summary>
internal static class Reasons
{
    public const string Rule = "1 to 200 characters, in one line.";

    private const int Longest = 200;

    /// <summary>Checks the trimmed reason.</summary>
    public static FieldErrors CheckReason(this FieldErrors fields, string reason, string field = "reason") =>
        fields.Check(reason.Trim().Length is > 0 and <= Longest && !reason.Trim().Any(char.IsControl), field, Rule);

    /// <summary>
    /// Judges a reason that may be left out: plans, promos and provider accounts were written by scripts before one was asked for (ADR 49). One that
    /// is given must be one.
    /// </summary>
    public static Refusal? Judge(string? reason) => reason is null ? null : new FieldErrors().CheckReason(reason).Refusal;
}
