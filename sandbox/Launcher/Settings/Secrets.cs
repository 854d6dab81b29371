using System.Security.Cryptography;

namespace Webrana.Sandbox.Launcher.Settings;

/// <summary>Logins and keys of one sandbox, drawn at its first start and kept in its folder.</summary>
public sealed record Secrets
{
    public required string AdminEmail { get; init; }

    public required string AdminPassword { get; init; }

    public required string CustomerEmail { get; init; }

    public required string CustomerPassword { get; init; }

    /// <summary>Of the simulated provider account.</summary>
    public required string DigitalOceanToken { get; init; }

    public required string TripayApiKey { get; init; }

    /// <summary>Signs requests and callbacks.</summary>
    public required string TripayPrivateKey { get; init; }

    public required string TripayMerchantCode { get; init; }

    /// <summary>Of `webrana_owner`.</summary>
    public required string OwnerPassword { get; init; }

    /// <summary>Of `webrana_app`.</summary>
    public required string AppPassword { get; init; }

    /// <summary>Those of the folder; drawn and written at first use.</summary>
    public static Secrets Of(DataFolder folder)
    {
        if (JsonFile.Read<Secrets>(folder.SecretsFile) is { } known)
            return known;
        var drawn = Draw();
        JsonFile.Write(folder.SecretsFile, drawn);
        return drawn;
    }

    static Secrets Draw() => new()
    {
        AdminEmail = "admin@webrana.test",
        AdminPassword = Password(),
        CustomerEmail = "customer@webrana.test",
        CustomerPassword = Password(),
        DigitalOceanToken = "dop_v1_" + RandomNumberGenerator.GetHexString(64, lowercase: true),
        // The product refuses DEV- keys in production, so a sandbox's keys can never be carried there.
        TripayApiKey = "DEV-" + Letters(36),
        TripayPrivateKey = $"{Letters(5)}-{Letters(5)}-{Letters(5)}-{Letters(5)}-{Letters(5)}",
        TripayMerchantCode = "T" + RandomNumberGenerator.GetString("0123456789", 5),
        OwnerPassword = RandomNumberGenerator.GetHexString(32, lowercase: true),
        AppPassword = RandomNumberGenerator.GetHexString(32, lowercase: true),
    };

    static string Letters(int count) =>
        RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", count);

    /// <summary>At least one of each class that password rules ask for, in letters that are hard to misread.</summary>
    static string Password() =>
        $"{RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ", 1)}{RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz", 1)}"
        + $"{RandomNumberGenerator.GetString("23456789", 1)}-{Letters(14)}";
}
