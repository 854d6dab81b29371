using Microsoft.AspNetCore.Identity;

namespace Webrana.Api.Accounts;

/// <summary>A person who can sign in.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>As the person writes it.</summary>
    public string Name { get; set; } = "";

    public string? Phone { get; set; }

    /// <summary><c>id</c> or <c>en</c>.</summary>
    public string Locale { get; set; } = "id";

    /// <summary>What this customer gives to friends; 50 random bits, so that guessing does not pay.</summary>
    public string? ReferralCode { get; set; }

    public Guid? ReferredBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null: never since registration.</summary>
    public DateTimeOffset? PasswordChangedAt { get; set; }
}

/// <summary>What a person may do.</summary>
public sealed class Role : IdentityRole<Guid>;
