using Microsoft.Extensions.Configuration;

namespace Webrana.ServiceDefaults;

/// <summary>Secrets as files, one a setting, as orchestrators mount them: <c>/run/secrets/Tripay__ApiKey</c>. A file wins over the environment.</summary>
public static class SecretFiles
{
    /// <summary>Names another folder.</summary>
    public const string Variable = "WEBRANA_SECRETS";

    private const string Usual = "/run/secrets";

    /// <summary>Reads the folder where there is one.</summary>
    public static IConfigurationBuilder AddSecretFiles(this IConfigurationBuilder configuration) =>
        configuration.AddSecretFiles(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The same of a folder that is named; null or empty means the usual one.</summary>
    public static IConfigurationBuilder AddSecretFiles(this IConfigurationBuilder configuration, string? named)
    {
        var folder = named is { Length: > 0 } ? Path.GetFullPath(named) : Usual;
        return Directory.Exists(folder) ? configuration.AddKeyPerFile(folder, optional: true) : configuration;
    }
}
