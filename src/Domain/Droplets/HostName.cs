namespace Webrana.Domain.Droplets;

/// <summary>The rule for server names: what DNS and the provider both take.</summary>
public static class HostName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaximumLength = 63;

    /// <summary>
    /// Letters, digits, hyphens and dots, 1 to 63 characters; every part between dots begins and ends with a letter or digit. The
    /// provider alone would take more, and refuse some of it later.
    /// </summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaximumLength)
            return false;
        foreach (var part in name.Split('.'))
        {
            if (part.Length == 0 || part[0] == '-' || part[^1] == '-')
                return false;
            foreach (var c in part)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }
        }

        return true;
    }

    /// <summary>The form under which names are compared: host names do not know case.</summary>
    public static string Canonical(string name) => name.ToLowerInvariant();
}
