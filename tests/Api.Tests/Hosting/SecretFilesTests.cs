using Microsoft.Extensions.Configuration;
using Webrana.ServiceDefaults;

namespace Webrana.Api.Tests.Hosting;

/// <summary>Secrets as an orchestrator mounts them.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webrana-secrets-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_secret_that_is_a_file_wins_over_the_variable_and_the_others_stay()
    {
        // As an editor leaves it: with a line's end that is no part of the key.
        File.WriteAllText(Path.Combine(_folder.FullName, "Tripay__ApiKey"), "of-the-file\n");

        var settings = Read(_folder.FullName);

        Assert.Equal("of-the-file", settings["Tripay:ApiKey"]);
        Assert.Equal("of-the-environment", settings["Tripay:PrivateKey"]);
    }

    [Fact]
    public void Without_the_folder_the_variables_are_all_there_is() =>
        Assert.Equal("of-the-environment", Read(Path.Combine(_folder.FullName, "nowhere"))["Tripay:ApiKey"]);

    [Fact]
    public void Who_wants_no_folder_at_all_gets_none_not_even_the_usual_one() =>
        Assert.Empty(new ConfigurationBuilder().AddSecretFiles(SecretFiles.NoFolder).Sources);

    private static IConfigurationRoot Read(string folder) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Tripay:ApiKey"] = "of-the-environment", ["Tripay:PrivateKey"] = "of-the-environment" })
        .AddSecretFiles(folder)
        .Build();
}
