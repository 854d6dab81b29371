using System.Globalization;
using System.Text.RegularExpressions;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>docs/GO-LIVE.md is what a person follows: what it says the doctor looks at, the doctor looks at, step by step.</summary>
public sealed partial class GoLivePageTests
{
    static readonly DateTimeOffset Now = new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);

    static readonly string[] MailRecordLines = ["SPF", "DKIM", "DMARC"];

    [Fact]
    public void Every_step_of_the_page_names_the_lines_that_are_the_doctors_for_it()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "GO-LIVE.md"))
            .Select(line => Step().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups[1].Value}: {match.Groups[2].Value}");
        Assert.Equal(GoLiveLines.All.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Step}: {string.Join(", ", step.Lines)}")), page);
    }

    [Fact]
    public async Task The_doctor_says_a_line_for_each_that_a_step_has_and_no_other()
    {
        // Without any setting nobody is asked for anything.
        var said = (await ProductionDoctor.FindingsAsync(new Dictionary<string, string>(), file: null, Now)).Select(finding => finding.Name).ToList();
        Assert.Equal(said.Distinct(), said);
        // One line stands for several where there is nobody to ask.
        var lines = said.SelectMany(name => name switch
        {
            "Seen" => GoLiveSteps.All.Select(step => $"Seen: {step.Step}"),
            "Mail records" => MailRecordLines,
            _ => (IEnumerable<string>)[name],
        });
        Assert.Equal(GoLiveLines.All.SelectMany(step => step.Lines).Distinct().Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lines_come_in_the_order_of_the_steps_and_what_stands_for_several_last()
    {
        var said = (await ProductionDoctor.FindingsAsync(new Dictionary<string, string>(), file: null, Now)).Select(finding => finding.Name).ToList();
        Assert.Equal("Settings file", said[0]);
        Assert.True(said.IndexOf("Key ring") < said.IndexOf("Mail server"));
        Assert.True(said.IndexOf("Backup") < said.IndexOf("First admin"), "an admin is made after the backups");
        Assert.True(said.IndexOf("First admin") < said.IndexOf("First sale"));
        Assert.Equal(["Mail records", "Seen"], said[^2..].Order(StringComparer.Ordinal));
    }

    // | 3 | text | settings | lines |
    [GeneratedRegex(@"^\| (\d+) \|.* \| ([^|]+) \|$")]
    private static partial Regex Step();
}
