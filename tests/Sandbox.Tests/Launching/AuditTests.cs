using Webrana.Sandbox.Launcher.Commands;

namespace Webrana.Sandbox.Tests.Launching;

public sealed class AuditTests
{
    [Fact]
    public void An_advisory_is_found_wherever_the_package_stands()
    {
        var audit = AuditCommand.ReadNuGet("""
            Restored.
            {"version":1,"projects":[{"path":"a.csproj","frameworks":[{"framework":"net10.0",
              "topLevelPackages":[{"id":"Fine","resolvedVersion":"1.0.0"}],
              "transitivePackages":[{"id":"Old","resolvedVersion":"2.1.0","vulnerabilities":[{"severity":"High","advisoryurl":"https://example"}]}]}]},
              {"path":"b.csproj","frameworks":[{"framework":"net10.0","transitivePackages":[{"id":"Old","resolvedVersion":"2.1.0","vulnerabilities":[{"severity":"High"}]}]}]}]}
            """);
        Assert.True(audit.Asked);
        Assert.Equal(["Old 2.1.0 (High)"], audit.Vulnerable);
        Assert.Equal(["minimist (critical)"], AuditCommand.ReadNpm("""{"vulnerabilities":{"minimist":{"severity":"critical"}}}""").Vulnerable);
    }

    [Fact]
    public void What_is_clean_is_said_to_be_clean()
    {
        Assert.Equal((true, 0), (AuditCommand.ReadNuGet("""{"version":1,"projects":[{"path":"a.csproj"}]}""") is var nuget && nuget.Asked, nuget.Vulnerable.Count));
        Assert.Equal((true, 0), (AuditCommand.ReadNpm("""{"auditReportVersion":2,"vulnerabilities":{}}""") is var npm && npm.Asked, npm.Vulnerable.Count));
    }

    [Theory]
    [InlineData("error: Unable to load the service index")]
    [InlineData("""{"version":1,"problems":[{"level":"error","text":"Unable to load the service index for source."}]}""")]
    [InlineData("")]
    public void A_source_out_of_reach_is_not_taken_for_a_clean_bill(string output)
    {
        var audit = AuditCommand.ReadNuGet(output);
        Assert.False(audit.Asked);
        Assert.NotEmpty(audit.Note);
        Assert.False(AuditCommand.ReadNpm(output.Length == 0 ? "" : """{"message":"request to the registry failed, reason: getaddrinfo ENOTFOUND"}""").Asked);
    }
}
