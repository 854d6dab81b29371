using System.Security.Cryptography;
using System.Text;

namespace Webrana.Web.Theme;

/// <summary>
/// The tokens as a style sheet, light and dark by name: <c>data-theme</c> on the document decides, and the system's preference where it does not.
/// MudBlazor's own variables are laid over the same names, so a component of it changes with everything else.
/// </summary>
static class ThemeSheet
{
    static readonly (string Mud, Token Token)[] Mud =
    [
        ("primary", Tokens.Primary), ("primary-text", Tokens.OnPrimary), ("primary-darken", Tokens.PrimaryHover), ("primary-lighten", Tokens.PrimaryHover),
        ("primary-hover", Tokens.PrimarySoft), ("error", Tokens.DangerMark), ("error-text", Tokens.OnDanger), ("warning", Tokens.WarnMark),
        ("success", Tokens.GoodMark), ("info", Tokens.Primary), ("info-text", Tokens.OnPrimary), ("dark", Tokens.Text), ("dark-text", Tokens.Background),
        ("background", Tokens.Background), ("background-gray", Tokens.Subtle), ("surface", Tokens.Surface),
        ("text-primary", Tokens.Text), ("text-secondary", Tokens.Muted), ("text-disabled", Tokens.Faint),
        ("action-default", Tokens.Muted), ("action-default-hover", Tokens.Hover), ("action-disabled", Tokens.OffMark), ("action-disabled-background", Tokens.Hover),
        ("divider", Tokens.Border), ("divider-light", Tokens.Border), ("lines-default", Tokens.Border), ("lines-inputs", Tokens.BorderStrong),
        ("skeleton", Tokens.Hover), ("table-lines", Tokens.Border), ("table-hover", Tokens.Hover), ("overlay-dark", Tokens.Overlay),
    ];

    static readonly string Sheet = Build();

    /// <summary>The sheet's address; changes with its content.</summary>
    public static string Path { get; } =
        "/theme." + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))[..10] + ".css";

    public static void MapThemeSheet(this WebApplication app) => app.MapGet(Path, (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Text(Sheet, "text/css", Encoding.UTF8);
    });

    static string Build()
    {
        var css = new StringBuilder();
        Block(css, ":root", "light", token => token.Light);
        Block(css, ":root[data-theme=dark]", "dark", token => token.Dark);
        css.Append("@media (prefers-color-scheme: dark) {\n");
        Block(css, ":root:not([data-theme=light])", "dark", token => token.Dark);
        css.Append("}\nbody {\n");
        foreach (var (name, token) in Mud) css.Append("  --mud-palette-").Append(name).Append(": var(--").Append(token.Name).Append(");\n");
        return css.Append("}\n").ToString();
    }

    static void Block(StringBuilder css, string selector, string scheme, Func<Token, string> pick)
    {
        css.Append(selector).Append(" {\n  color-scheme: ").Append(scheme).Append(";\n");
        foreach (var token in Tokens.All) css.Append("  --").Append(token.Name).Append(": ").Append(pick(token)).Append(";\n");
        css.Append("}\n");
    }
}
