using MudBlazor;

namespace Webrana.Web.Theme;

/// <summary>
/// MudBlazor's theme, made from the same tokens. Its shapes and type come from here; its colours follow the CSS variables of <see cref="ThemeSheet"/>,
/// because which of light and dark applies is the browser's to know, before any script has run.
/// </summary>
public static class WebranaTheme
{
    static readonly string[] Sans = ["Inter Variable", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"];

    /// <summary>The theme.</summary>
    public static MudTheme Mud { get; } = new()
    {
        PaletteLight = Palette(new PaletteLight(), token => token.Light),
        PaletteDark = Palette(new PaletteDark(), token => token.Dark),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Sans, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Sans, FontSize = "0.8125rem", LineHeight = "1.5", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Sans, FontSize = "0.875rem", FontWeight = "500", LetterSpacing = "0", TextTransform = "none" },
            H6 = new H6Typography { FontFamily = Sans, FontSize = "1rem", FontWeight = "600", LetterSpacing = "0" },
        },
    };

    static T Palette<T>(T palette, Func<Token, string> pick) where T : Palette
    {
        palette.Primary = pick(Tokens.Primary);
        palette.PrimaryContrastText = pick(Tokens.OnPrimary);
        palette.Error = pick(Tokens.DangerMark);
        palette.Warning = pick(Tokens.WarnMark);
        palette.Success = pick(Tokens.GoodMark);
        palette.Background = pick(Tokens.Background);
        palette.Surface = pick(Tokens.Surface);
        palette.TextPrimary = pick(Tokens.Text);
        palette.TextSecondary = pick(Tokens.Muted);
        palette.ActionDefault = pick(Tokens.Muted);
        palette.Divider = pick(Tokens.Border);
        palette.LinesDefault = pick(Tokens.Border);
        palette.LinesInputs = pick(Tokens.BorderStrong);
        return palette;
    }
}
