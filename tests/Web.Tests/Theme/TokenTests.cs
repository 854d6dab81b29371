using System.Globalization;
using Webrana.Web.Theme;

namespace Webrana.Web.Tests.Theme;

public sealed class TokenTests
{
    static readonly Token[] Grounds = [Tokens.Background, Tokens.Subtle, Tokens.Surface, Tokens.Hover];

    public static TheoryData<string> OnEveryGround => [.. new[] { Tokens.Text, Tokens.Muted, Tokens.Faint, Tokens.Primary }.Select(token => token.Name)];

    [Theory]
    [MemberData(nameof(OnEveryGround))]
    public void Text_can_be_read_on_every_ground_in_both_themes(string name)
    {
        var text = Tokens.All.Single(token => token.Name == name);
        foreach (var ground in Grounds) AssertReadable(text, ground);
    }

    [Fact]
    public void Marked_text_can_be_read_on_its_own_ground_and_on_plain_ones()
    {
        foreach (var (text, soft) in new[] { (Tokens.Warn, Tokens.WarnSoft), (Tokens.Danger, Tokens.DangerSoft), (Tokens.Good, Tokens.GoodSoft), (Tokens.Primary, Tokens.PrimarySoft) })
        {
            AssertReadable(text, soft);
            AssertReadable(text, Tokens.Surface);
            AssertReadable(text, Tokens.Background);
        }

        AssertReadable(Tokens.OnPrimary, Tokens.Primary);
        AssertReadable(Tokens.OnPrimary, Tokens.PrimaryHover);
        AssertReadable(Tokens.OnDanger, Tokens.DangerFill);
    }

    static void AssertReadable(Token text, Token ground)
    {
        Assert.True(Contrast(text.Light, ground.Light) >= 4.5, $"{text.Name} on {ground.Name}, light: {Contrast(text.Light, ground.Light):0.00}");
        Assert.True(Contrast(text.Dark, ground.Dark) >= 4.5, $"{text.Name} on {ground.Name}, dark: {Contrast(text.Dark, ground.Dark):0.00}");
    }

    static double Contrast(string one, string other)
    {
        var (light, dark) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (light + 0.05) / (dark + 0.05);
    }

    static double Luminance(string colour) => 0.2126 * Channel(colour, 1) + 0.7152 * Channel(colour, 3) + 0.0722 * Channel(colour, 5);

    static double Channel(string colour, int at)
    {
        var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
