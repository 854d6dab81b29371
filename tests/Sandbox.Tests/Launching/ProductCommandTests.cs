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

    /// <summary>The fault: a shell that still holds another shop's owner, whose database a restore or a rotation would then be made in.</summary>
    [Fact]
    public void What_a_shell_holds_of_another_shop_does_not_reach_the_one_that_the_file_names()
    {
        string[] foreign =
        [
            "ConnectionStrings__Webrana", "ConnectionStrings__WebranaOwner", "connectionstrings__webranaowner", "ConnectionStrings:WebranaOwner",
            "DOTNET_ConnectionStrings__WebranaOwner", "ASPNETCORE_ConnectionStrings__WebranaOwner", "POSTGRESQLCONNSTR_WebranaOwner", "CUSTOMCONNSTR_Webrana",
            "Data__OwnerConnectionString", "Protection__CertificateFile", "Protection__CertificatePassword", "Protection__FormerCertificateFiles__0",
            "WEBRANA_SECRETS", "PGPASSWORD", "PGPASSFILE", "PGUSER", "DOTNET_CONTENTROOT", "ASPNETCORE_CONTENTROOT",
        ];
        string[] harmless = ["PATH", "HOME", "DOTNET_ROOT", "DOTNET_ENVIRONMENT", "WEBRANA_COVERAGE_HITS", "Logging__LogLevel__Default", "TZ"];
        var inherited = foreign.Concat(harmless).ToDictionary(name => name, _ => (string?)"of-the-shell");

        ShopEnvironment.Withhold(inherited);

        Assert.Equal(harmless.Order(StringComparer.Ordinal), inherited.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Secrets_are_those_that_the_file_names_or_none()
    {
        Assert.Equal("-", Shop()["WEBRANA_SECRETS"]);
        Assert.False(Shop().ContainsKey("ConnectionStrings__WebranaOwner"));
        Assert.Equal("/srv/toko/secrets", Shop(("WEBRANA_SECRETS", "/srv/toko/secrets"))["WEBRANA_SECRETS"]);
        Assert.Equal("old.p12", Shop(("Protection__FormerCertificateFiles__0", "old.p12"))["Protection__FormerCertificateFiles__0"]);

        static Dictionary<string, string> Shop(params (string Name, string Value)[] more) => ProductCommand.ShopOf(
            more.Prepend(("DATABASE_URL", "Host=db.toko.example;Database=webrana;Username=webrana_app;Password=app")).ToDictionary());
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
