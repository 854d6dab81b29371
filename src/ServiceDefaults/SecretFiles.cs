using Microsoft.Extensions.Configuration;

namespace Webrana.ServiceDefaults;

/// <summary>Secrets as files, one a setting, as orchestrators mount them: <c>/run/secrets/Tripay__ApiKey</c>. A file wins over the environment.</summary>
public static class SecretFiles
{
    /// <summary>Names another folder.</summary>
    public const string Variable = "WEBRANA_SECRETS";

    private const string Usual = "/run/secrets";

    /// <summary>Reads the folder where there is one.</summary>
    public static IConfigurationBuilder AddSecretFiles(this IConfigurationBuilder configuration)
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Path.GetFullPath(named) : Usual;
        return Directory.Exists(folder) ? configuration.AddKeyPerFile(folder, optional: true) : configuration;
    }
}
