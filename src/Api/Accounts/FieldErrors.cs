using Webrana.Api.Problems;

namespace Webrana.Api.Accounts;

/// <summary>Collects what is wrong with the fields of one request.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>Notes the rule when the field breaks it.</summary>
    public FieldErrors Check(bool holds, string field, string rule)
    {
        if (!holds)
            _errors.TryAdd(field, [rule]);
        return this;
    }

    /// <summary>The refusal, or null when every rule held.</summary>
    public Refusal? Refusal => _errors.Count == 0 ? null : Problems.Refusal.Invalid(ProblemKinds.ValidationFailed, _errors);
}
