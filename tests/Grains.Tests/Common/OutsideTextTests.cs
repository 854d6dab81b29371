using Webrana.Grains.Common;

namespace Webrana.Grains.Tests.Common;

/// <summary>What others say is stored as plain text, whatever they send.</summary>
public sealed class OutsideTextTests
{
    [Theory]
    [InlineData("Droplet is currently off.", "Droplet is currently off.")]
    [InlineData("<b>Pay</b> at <a href='https://example.test'>the bank</a> &amp; wait", "Pay at the bank & wait")]
    public void Markup_is_taken_out(string sent, string kept) =>
        Assert.Equal(kept, OutsideText.Plain(sent, 200));

    [Fact]
    public void What_the_database_refuses_is_taken_out() => Assert.Equal("abc", OutsideText.Plain("a\0bc", 200));

    [Fact]
    public void It_is_cut_between_characters()
    {
        Assert.Equal(200, OutsideText.Plain(new string('x', 300), 200).Length);
        Assert.Equal(new string('x', 199), OutsideText.Plain(new string('x', 199) + "🙂", 200));
        Assert.Equal("🙂", OutsideText.Plain("🙂🙂", 2));
    }
}
