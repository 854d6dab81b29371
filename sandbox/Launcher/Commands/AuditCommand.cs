using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>What an audit of one set of dependencies came to.</summary>
/// <param name="Asked">Whether the source of advisories answered at all.</param>
/// <param name="Vulnerable">Name, version and severity of each package with an advisory.</param>
/// <param name="Note">Why it could not be asked; empty when it was.</param>
sealed record Audit(bool Asked, IReadOnlyList<string> Vulnerable, string Note = "");

/// <summary>
/// `audit`: every package in the lock files, NuGet's and npm's, transitive ones included, against published advisories. A source that is out of reach is
/// said to be so and fails nothing, because a build must work offline; an advisory fails.
/// </summary>
static class AuditCommand
{
    static readonly string[] PackageLists = ["topLevelPackages", "transitivePackages"];

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    internal static async Task<int> RunAsync(TextWriter output)
    {
        var audits = new List<(string Name, Audit Audit)>
        {
            ("NuGet", ReadNuGet((await Command.RunAsync(
                [Dotnet.Path, "list", Path.Combine(Repository.Root, "Webrana.sln"), "package", "--vulnerable", "--include-transitive", "--format", "json"], Repository.Root, timeout: Patience)).Output)),
        };
        foreach (var folder in new[] { "src/Web", "tests/DigitalOcean.Tests/Contract/node" })
        {
            audits.Add(("npm " + folder, ReadNpm((await Command.RunAsync(
                ["npm", "audit", "--package-lock-only", "--json"], Path.Combine(Repository.Root, folder), timeout: Patience)).Output)));
        }

        foreach (var (name, audit) in audits)
        {
            await output.WriteLineAsync(!audit.Asked ? $"NOT ASKED  {name}: {audit.Note}"
                : audit.Vulnerable.Count == 0 ? $"CLEAN      {name}"
                : $"VULNERABLE {name}: {string.Join(", ", audit.Vulnerable)}");
        }

        return audits.Any(audit => audit.Audit.Vulnerable.Count > 0) ? 1 : 0;
    }

    internal static Audit ReadNuGet(string output)
    {
        if (Parse(output) is not { } report) return new(false, [], "dotnet gave no report (no restore, or the source is out of reach)");
        var vulnerable =
            from project in report["projects"]?.AsArray() ?? []
            from framework in project!["frameworks"]?.AsArray() ?? []
            from list in PackageLists
            from package in framework![list]?.AsArray() ?? []
            let worst = package!["vulnerabilities"]?.AsArray().Select(one => (string?)one!["severity"]).FirstOrDefault()
            where worst is not null
            select $"{package["id"]} {package["resolvedVersion"]} ({worst})";
        var problem = report["problems"]?.AsArray().Select(one => (string?)one!["text"]).FirstOrDefault();
        var found = vulnerable.Distinct().Order(StringComparer.Ordinal).ToList();
        return problem is not null && found.Count == 0 ? new(false, [], FirstLine(problem)) : new(true, found);
    }

    internal static Audit ReadNpm(string output)
    {
        if (Parse(output) is not { } report) return new(false, [], "npm gave no report");
        if (report["vulnerabilities"] is not JsonObject packages)
            return new(false, [], FirstLine((string?)report["message"] ?? (string?)report["error"]?["summary"] ?? "the registry is out of reach"));
        return new(true, [.. packages.Select(package => $"{package.Key} ({package.Value!["severity"]})").Order(StringComparer.Ordinal)]);
    }

    /// <summary>The report begins with the first brace: tools say other things before it.</summary>
    static JsonNode? Parse(string output)
    {
        try
        {
            return output.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start ? JsonNode.Parse(output[start..]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
