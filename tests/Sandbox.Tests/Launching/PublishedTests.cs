using System.Text.Json;
using System.Text.RegularExpressions;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What the images would hold can be run without them.</summary>
public partial class PublishedTests
{
    [Fact]
    public void Every_image_of_the_compose_file_is_published_by_the_script()
    {
        var images = Project().Matches(Read("docker-compose.yml")).Select(image => image.Groups[1].Value).Distinct().ToList();

        Assert.Contains("src/Silo", images);
        Assert.All(images, image => Assert.Contains($" {image}", Read("deploy/publish.sh"), StringComparison.Ordinal));
    }

    /// <summary>Past the proxy that ends TLS nobody comes: the ports are this host's own, unless somebody says where else.</summary>
    [Fact]
    public void What_the_compose_file_publishes_is_this_hosts_alone()
    {
        var published = Ports().Matches(Read("docker-compose.yml")).Select(ports => ports.Groups[1].Value).ToList();

        Assert.Equal(["${LISTEN_ADDRESS:-127.0.0.1}:8081:8080", "${LISTEN_ADDRESS:-127.0.0.1}:8080:8080"], published);
    }

    [Fact]
    public void The_demo_has_every_variable_that_the_compose_file_insists_on()
    {
        // Compose asks for all of them, also those of services that the demo does not start.
        var given = Read("deploy/demo.env").Split('\n').Select(line => line.Split('=')[0]).ToList();
        var wanted = Required().Matches(Read("docker-compose.yml")).Select(variable => variable.Groups[1].Value).Distinct().ToList();

        Assert.Contains("POSTGRES_OWNER_PASSWORD", wanted);
        Assert.All(wanted, variable => Assert.Contains(variable, given));
    }

    [Fact]
    public void A_process_is_the_published_one_where_there_is_one_and_else_the_built_one()
    {
        var folder = Path.Combine(Path.GetTempPath(), "published");

        Assert.Equal(Path.Combine(folder, "src", "Silo", "Webrana.Silo.dll"), Repository.Program("src/Silo", "Webrana.Silo.dll", folder));
        Assert.All((string?[])[null, ""], none => Assert.Equal(Repository.Output("src/Silo", "Webrana.Silo.dll"), Repository.Program("src/Silo", "Webrana.Silo.dll", none)));
    }

    /// <summary>The storm's promise rests on them (ADR 67), and a setting that the build leaves out is missed by nobody.</summary>
    [Fact]
    public void The_silo_that_is_started_collects_little_and_often_and_does_not_spin()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(SandboxServices.SiloPath, ".runtimeconfig.json")));

        var properties = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(4 << 20, properties.GetProperty("System.GC.Gen0MaxBudget").GetInt64());
        Assert.Equal(0, properties.GetProperty("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit").GetInt64());
        Assert.False(properties.GetProperty("System.GC.Server").GetBoolean());
    }

    static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    [GeneratedRegex(@"PROJECT: ([A-Za-z/]+)")]
    private static partial Regex Project();

    [GeneratedRegex("""ports: \["([^"]+)"\]""")]
    private static partial Regex Ports();

    [GeneratedRegex(@"\$\{([A-Z_]+):\?")]
    private static partial Regex Required();
}
