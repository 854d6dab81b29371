using System.Globalization;

namespace Webrana.Contracts;

/// <summary>A customer or admin. Opaque outside; canonical text form is the lower-case hyphenated GUID.</summary>
[GenerateSerializer, Immutable, Alias("user-id")]
public readonly record struct UserId([property: Id(0)] Guid Value)
{
    public override string ToString() => Value.ToString("D", CultureInfo.InvariantCulture);

    /// <summary>Reads the canonical text form; false for anything else.</summary>
    public static bool TryParse(string? text, out UserId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var value);
        id = new UserId(value);
        return ok;
    }
}

/// <summary>A server of a customer, which is also its order: one order is at most one droplet, so they share one id for ever.</summary>
[GenerateSerializer, Immutable, Alias("instance-id")]
public readonly record struct InstanceId([property: Id(0)] Guid Value)
{
    public override string ToString() => Value.ToString("D", CultureInfo.InvariantCulture);

    /// <summary>Reads the canonical text form; false for anything else.</summary>
    public static bool TryParse(string? text, out InstanceId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var value);
        id = new InstanceId(value);
        return ok;
    }
}

/// <summary>One top-up.</summary>
[GenerateSerializer, Immutable, Alias("deposit-id")]
public readonly record struct DepositId([property: Id(0)] Guid Value)
{
    public override string ToString() => Value.ToString("D", CultureInfo.InvariantCulture);

    /// <summary>Reads the canonical text form; false for anything else.</summary>
    public static bool TryParse(string? text, out DepositId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var value);
        id = new DepositId(value);
        return ok;
    }
}
