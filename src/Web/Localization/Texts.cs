using System.Globalization;
using System.Reflection;
using System.Resources;
using Webrana.Wire;

namespace Webrana.Web.Localization;

/// <summary>
/// Every word on the panel, by key, in the visitor's language. The resources are <c>Resources/Texts.resx</c> (Indonesian) and <c>Texts.en.resx</c>,
/// and beside them one pair of files per area that has many words of its own (<c>Promos.resx</c>, <c>Promos.en.resx</c>).
/// </summary>
/// <param name="culture">Taken once per request or circuit: a callback from another thread would carry that thread's culture.</param>
public sealed class Texts(CultureInfo culture)
{
    const string Folder = "Webrana.Web.Resources.";
    const string Ending = ".resources";

    /// <summary>The resources themselves, one per area; a key stands in exactly one of them.</summary>
    public static IReadOnlyList<ResourceManager> Resources { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => new ResourceManager(name[..^Ending.Length], Assembly.GetExecutingAssembly())),
    ];

    /// <summary>Whether the visitor reads English; Indonesian otherwise.</summary>
    public bool IsEnglish => culture.TwoLetterISOLanguageName == "en";

    /// <summary><c>id</c> or <c>en</c>.</summary>
    public string Language => IsEnglish ? "en" : "id";

    /// <summary>The text of a key.</summary>
    /// <param name="key">A key of the resources; a test finds a wrong one.</param>
    public string this[string key] => Find(key) ?? throw new MissingTextException(key);

    /// <summary>The text of a key with <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    /// <param name="key">A key of the resources.</param>
    /// <param name="values">Already written for people.</param>
    public string this[string key, params object?[] values] => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>The text of a key that may be missing, such as one built from a code of the API.</summary>
    /// <param name="key">A key that need not exist.</param>
    public string? Find(string key)
    {
        foreach (var area in Resources)
            if (area.GetString(key, culture) is { } text) return text;
        return null;
    }

    /// <summary>The word for an enum value: key <c>Type.Member</c>; the member's name when a newer API sends one we have no word for.</summary>
    /// <param name="value">A value of a wire enum.</param>
    public string Of<TEnum>(TEnum value) where TEnum : struct, Enum => Find($"{typeof(TEnum).Name}.{value}") ?? value.ToString();

    /// <summary>What to tell a person about a failed call: what happened, and what was not changed.</summary>
    /// <param name="failure">Of any call.</param>
    public string Explain(Client.ApiFailure failure)
    {
        if (failure.Kind == Client.ApiFailureKind.Unreachable) return this["Error.unreachable"];
        if (Find("Error." + failure.Code) is { } known) return known;
        return failure.Kind == Client.ApiFailureKind.Refused ? failure.Problem?.Detail ?? this["Error.refused"] : this["Error.internal_error"];
    }
}

/// <summary>Field messages of a <see cref="ProblemCodes.ValidationFailed"/>.</summary>
public static class FieldErrors
{
    /// <summary>The first message of a field, or null.</summary>
    /// <param name="failure">Of any call.</param>
    /// <param name="field">camelCase name.</param>
    public static string? FieldError(this Client.ApiFailure? failure, string field) =>
        failure?.Problem?.Errors is { } errors && errors.TryGetValue(field, out var messages) ? messages.FirstOrDefault() : null;
}

/// <summary>A key is used that the resources do not have.</summary>
/// <param name="key">The key.</param>
public sealed class MissingTextException(string key) : Exception($"No text for '{key}'.");
