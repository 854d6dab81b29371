using System.Reflection;
using NetArchTest.Rules;

namespace Webrana.Architecture.Tests;

/// <summary>Web → Client → (HTTP) Api → Contracts ← Grains → Domain, and nothing else.</summary>
public sealed class DependencyTests
{
    [Theory]
    [InlineData("Contracts")]
    [InlineData("Domain")]
    [InlineData("Wire")]
    public void The_innermost_projects_reference_none_of_ours(string project) => Assert.Empty(Repository.ReachableFrom(project));

    [Theory]
    [InlineData("Api", "Grains")]
    [InlineData("Api", "Silo")]
    [InlineData("Api", "DigitalOcean")]
    [InlineData("Web", "Contracts")]
    [InlineData("Web", "Data")]
    [InlineData("Web", "Grains")]
    [InlineData("Web", "Api")]
    [InlineData("Client", "Contracts")]
    [InlineData("Client", "Data")]
    [InlineData("Data", "Grains")]
    [InlineData("Tripay", "Contracts")]
    [InlineData("DigitalOcean", "Contracts")]
    public void A_boundary_is_not_crossed(string from, string to) => Assert.DoesNotContain(to, Repository.ReachableFrom(from));

    [Theory]
    [InlineData("Web")]
    [InlineData("Client")]
    public void The_panel_holds_no_Orleans_client_and_no_database(string project) =>
        Assert.DoesNotContain(
            Repository.PackagesReachableFrom(project),
            package => package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal) || package.StartsWith("Npgsql", StringComparison.Ordinal));

    [Fact]
    public void Domain_is_pure()
    {
        Assert.Empty(Repository.PackagesReachableFrom("Domain"));
        var impure = Types.InAssembly(Assembly.Load("Webrana.Domain")).That()
            // Addresses are values; what reaches a network is not.
            .HaveDependencyOnAny("System.IO", "System.Net.Http", "System.Net.Sockets", "System.Net.Dns", "System.Data", "System.TimeProvider", "System.Threading.Tasks.Task", "System.Random", "Microsoft")
            .GetTypes().Select(type => type.FullName)
            .Where(name => name != "<CoverageHits>"); // put there by `./webrana test`, which counts lines in the build under test
        Assert.Empty(impure);
    }

    [Fact]
    public void Contracts_know_Orleans_and_nothing_else()
    {
        var references = Assembly.Load("Webrana.Contracts").GetReferencedAssemblies().Select(reference => reference.Name!);
        Assert.All(references, name => Assert.True(
            name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Orleans", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.Extensions", StringComparison.Ordinal) || name == "netstandard",
            $"Contracts references {name}."));
    }

    [Fact]
    public void No_type_is_called_Manager_Helper_or_Util()
    {
        var vague = Repository.SourceProjects
            .SelectMany(project => Assembly.Load("Webrana." + project).GetTypes())
            .Where(type => type.Namespace?.StartsWith("Webrana", StringComparison.Ordinal) == true)
            .Select(type => type.Name.Split('`')[0])
            .Where(name => name.EndsWith("Manager", StringComparison.Ordinal) || name.EndsWith("Helper", StringComparison.Ordinal)
                || name.EndsWith("Helpers", StringComparison.Ordinal) || name.EndsWith("Util", StringComparison.Ordinal)
                || name.EndsWith("Utils", StringComparison.Ordinal) || name.EndsWith("Utility", StringComparison.Ordinal));
        Assert.Empty(vague);
    }
}
