namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// What a command meets that runs on a shop (`ops … --env FILE`): which database it works on and whose secrets it opens is the file's word alone. A shell
/// may still hold another shop's owner, or a sandbox's, and a restore or a rotation of keys there could not be taken back.
/// </summary>
static class ShopEnvironment
{
    /// <summary>Names the folder of secrets (`SecretFiles` of the product); "-" is none at all, not even the usual one.</summary>
    internal const string SecretsFolder = "WEBRANA_SECRETS";

    internal const string NoFolder = "-";

    static readonly string[] Sections = ["ConnectionStrings", "Data", "Protection"];

    /// <summary>The host reads settings under these prefixes as well, where it found none without.</summary>
    static readonly string[] HostPrefixes = ["DOTNET_", "ASPNETCORE_"];

    /// <summary>Takes out of an environment whatever decides about database and secrets: only the file says that afterwards.</summary>
    /// <param name="inherited">The shell's, as the process would get it.</param>
    internal static void Withhold(IDictionary<string, string?> inherited)
    {
        foreach (var name in inherited.Keys.Where(Decides).ToList())
            inherited.Remove(name);
    }

    /// <summary>Whether a variable decides which database is worked on, or which secrets open it.</summary>
    internal static bool Decides(string name)
    {
        var setting = HostPrefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } host ? name[host.Length..] : name;
        return name.Equals(SecretsFolder, StringComparison.OrdinalIgnoreCase)
            // Another folder has other appsettings.
            || setting.Equals("ContentRoot", StringComparison.OrdinalIgnoreCase)
            || Sections.Any(section => IsOf(section, setting))
            // As hosts of old name a connection string: POSTGRESQLCONNSTR_Webrana, CUSTOMCONNSTR_Webrana, …
            || setting.Contains("CONNSTR_", StringComparison.OrdinalIgnoreCase)
            // libpq's and Npgsql's own: PGPASSWORD, PGUSER, PGPASSFILE, …
            || name.StartsWith("PG", StringComparison.Ordinal);
    }

    // In either spelling of the separator.
    static bool IsOf(string section, string setting) =>
        setting.StartsWith(section + "__", StringComparison.OrdinalIgnoreCase) || setting.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);
}
