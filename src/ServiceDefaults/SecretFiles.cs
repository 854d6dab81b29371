using Microsoft.Extensions.Configuration;

namespace Webrana.ServiceDefaults;

/// <summary>Secrets as files, one a setting, as orchestrators mount them: <c>/run/secrets/Tripay__ApiKey</c>. A file wins over the environment.</summary>
public static class SecretFiles
{
    /// <summary>Names another folder; <see cref="NoFolder"/> is none at all.</summary>
    public const string Variable = "WEBRANA_SECRETS";

    /// <summary>No folder is read, not even the usual one: whoever works on another shop from here must not meet this machine's secrets.</summary>
    public const string NoFolder = "-";

    private const string Usual = "/run/secrets";

    /// <summary>Reads the folder where there is one.</summary>
    public static IConfigurationBuilder AddSecretFiles(this IConfigurationBuilder configuration) =>
        configuration.AddSecretFiles(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The same of a folder that is named; null or empty means the usual one.</summary>
    public static IConfigurationBuilder AddSecretFiles(this IConfigurationBuilder configuration, string? named)
    {
        if (named == NoFolder)
            return configuration;
        var folder = named is { Length: > 0 } ? Path.GetFullPath(named) : Usual;
        return Directory.Exists(folder) ? configuration.AddKeyPerFile(folder, optional: true) : configuration;
    }
}
