using Npgsql;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Commands;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>`ops … --env FILE`: on a real shop, by the settings of docs/GO-LIVE.md.</summary>
public sealed class ProductCommandTests
{
    [Fact]
    public void A_shops_settings_become_the_APIs_and_never_the_sandboxs()
    {
        var environment = ProductCommand.ShopOf(new Dictionary<string, string>
        {
            ["DATABASE_URL"] = "Host=db.toko.example;Database=webrana;Username=webrana_app;Password=app",
            ["POSTGRES_OWNER_PASSWORD"] = "owner=secret",
            ["PROTECTION_CERTIFICATE_FILE"] = "ring.p12",
        });

        Assert.Equal(("Production", "Production"), (environment["DOTNET_ENVIRONMENT"], environment["ASPNETCORE_ENVIRONMENT"]));
        Assert.Equal("webrana_app", new NpgsqlConnectionStringBuilder(environment["ConnectionStrings__Webrana"]).Username);
        var owner = new NpgsqlConnectionStringBuilder(environment["ConnectionStrings__WebranaOwner"]);
        Assert.Equal(("db.toko.example", "webrana_owner", "owner=secret"), (owner.Host, owner.Username, owner.Password));
        Assert.Equal("ring.p12", environment["Protection__CertificateFile"]);
    }

    [Fact]
    public async Task Without_a_sandbox_a_file_or_a_database_it_says_what_is_missing()
    {
        using var temporary = new TemporaryFolder();
        await SaysAsync("--env FILE", "ops", "reconcile", "--data", temporary.Path);
        await SaysAsync("the .env file of the shop", "ops", "reconcile", "--env", temporary.Combine("none"));
        await File.WriteAllTextAsync(temporary.Combine(".env"), "WEBRANA_INSTALL=toko\n", TestContext.Current.CancellationToken);
        await SaysAsync("DATABASE_URL", "ops", "reconcile", "--env", temporary.Combine(".env"));
        Assert.Throws<LauncherException>(() => ProductCommand.ShopOf(new Dictionary<string, string> { ["DATABASE_URL"] = " " }));
    }

    static async Task SaysAsync(string words, params string[] typed)
    {
        using var output = new StringWriter();
        Assert.Equal(1, await CommandLine.RunAsync(typed, output));
        Assert.Contains(words, output.ToString(), StringComparison.Ordinal);
    }
}
