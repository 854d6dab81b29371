using System.Text.RegularExpressions;
using Webrana.Api.Ops;
using Webrana.Api.Tests.Support;
using Webrana.Data.Audit;

namespace Webrana.Api.Tests.Admin;

/// <summary><c>ops go-live</c>: what only a person sees is a line of the audit log once somebody said it.</summary>
[Collection(ApiCollection.Name)]
public sealed class GoLiveTests(SharedApi api)
{
    [Fact]
    public async Task A_word_is_a_line_of_the_chain_with_a_name_and_the_last_one_is_shown()
    {
        Assert.Equal(0, (await RunAsync("confirm", "mail", "--by", "Ibu Ani", "--note", "Gmail and Yahoo")).Exit);
        var (exit, said, _) = await RunAsync("confirm", "mail", "--by", "Pak Budi");
        Assert.Equal(0, exit);
        Assert.Contains("ops:Pak Budi", said, StringComparison.Ordinal);
        var chain = new AuditChain(api.Host.Sources);
        var (rows, _) = await chain.ListAsync(new AuditFilter("go-live:mail", Action: GoLive.Action), limit: 10);
        Assert.Equal(["ops:Pak Budi", "ops:Ibu Ani"], rows.Select(row => row.Line.Actor));
        Assert.Equal([null, "Gmail and Yahoo"], rows.Select(row => row.Line.Reason));
        Assert.Contains((await RunAsync()).Said.Split('\n'), line => line.StartsWith("mail", StringComparison.Ordinal) && line.TrimEnd().EndsWith("ops:Pak Budi", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("confirm", "everything", "--by", "Ani")]
    [InlineData("confirm", "words")]
    [InlineData("confirm", "words", "--by", " ")]
    [InlineData("confirm", "words", "--by", "Ani\nBudi")]
    [InlineData("deny", "words", "--by", "Ani")]
    public async Task What_is_not_understood_confirms_nothing(params string[] words)
    {
        var (exit, _, errors) = await RunAsync(words);
        Assert.Equal(2, exit);
        Assert.Contains("Usage: ops go-live", errors, StringComparison.Ordinal);
        var (rows, _) = await new AuditChain(api.Host.Sources).ListAsync(new AuditFilter("go-live:words"), limit: 10);
        Assert.Empty(rows);
    }

    /// <summary>The doctor reads the page's words (Sandbox.Tests holds it to them), and so is this held to them.</summary>
    [Fact]
    public void It_takes_the_words_that_the_page_names()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "GO-LIVE.md"));
        Assert.Equal(GoLive.Steps.Order(), Regex.Matches(page, "Seen: ([a-z]+)").Select(match => match.Groups[1].Value).Distinct().Order());
    }

    async Task<(int Exit, string Said, string Errors)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (await GoLive.RunAsync(api.Host.Sources, words, output, errors), output.ToString(), errors.ToString());
    }

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Webrana.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
