namespace Webrana.DigitalOcean;

/// <summary>The provider account behind a token.</summary>
public sealed record Account
{
    /// <summary>The provider's id of it.</summary>
    public required string Uuid { get; init; }

    /// <summary>How many droplets it may hold at once.</summary>
    public required int DropletLimit { get; init; }

    /// <summary>Whom the provider writes to, passwords included.</summary>
    public string? Email { get; init; }

    /// <summary>active, warning or locked.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>Why, when it is not active.</summary>
    public string? StatusMessage { get; init; }
}

/// <summary>What the account owes, in US dollars. The provider sends the amounts as text.</summary>
public sealed record Balance
{
    /// <summary>What this month will be billed so far; what was paid in advance is negative.</summary>
    public required decimal MonthToDateBalance { get; init; }

    /// <summary>Carried over.</summary>
    public decimal AccountBalance { get; init; }

    /// <summary>Used this month.</summary>
    public decimal MonthToDateUsage { get; init; }

    /// <summary>As of.</summary>
    public DateTimeOffset? GeneratedAt { get; init; }
}

/// <summary>A public key on the account.</summary>
public sealed record SshKey
{
    /// <summary>What droplets are created with.</summary>
    public required long Id { get; init; }

    /// <summary>MD5, colon notation.</summary>
    public string Fingerprint { get; init => field = value ?? ""; } = "";

    /// <summary>authorized_keys line.</summary>
    public string PublicKey { get; init => field = value ?? ""; } = "";

    /// <summary>For people.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
}

/// <summary>A tag.</summary>
public sealed record Tag
{
    /// <summary>Case-stable.</summary>
    public required string Name { get; init; }
}
