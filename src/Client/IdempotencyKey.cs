namespace Webrana.Client;

/// <summary>
/// One intention of a person or program. Make it when the intention forms (the form opens), keep it for every try, and make a new one for the next intention:
/// that is what turns "the connection broke, did it work?" into a safe repeat.
/// </summary>
/// <param name="Value">Unique per intention, at most 200 printable ASCII characters.</param>
public readonly record struct IdempotencyKey(string Value)
{
    /// <summary>A fresh, random key.</summary>
    public static IdempotencyKey New() => new(Guid.NewGuid().ToString("N"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
